"""One measurement: what, how much, and the bar it has to pass."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`at_most` and `at_least` are None where a figure is only for information."""

    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def passed(self) -> bool | None:
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least

    def __str__(self) -> str:
        bar = ""
        if self.at_most is not None:
            bar = f"at most {self.at_most:.4g}"
        if self.at_least is not None:
            bar = f"at least {self.at_least:.4g}"
        word = {True: "passed", False: "MISSED", None: ""}[self.passed]
        return f"{self.what:<72} {self.value:>9.4g} {self.unit:<4} {bar:<16} {word}"
