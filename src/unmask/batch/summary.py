"""Rows, as they come -> how many of each kind: what a scan says at its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from unmask.batch.journal import Row
from unmask.batch.rows import label_or_error

SHOWN = 5


@dataclass
class Summary:
    """Counts over everything in the journal; `answered_now` tells this scan from those before it."""

    labels: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    answered_now: int = 0
    skipped: int = 0
    first_skipped: list[tuple[str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.labels.total() + self.errors.total()

    def begin_run(self) -> None:
        """Each run looks into every folder anew."""
        self.skipped = 0
        self.first_skipped.clear()

    def count(self, row: Row) -> None:
        label, error = label_or_error(row)
        if error is not None:
            self.errors[error] += 1
        else:
            self.labels[str(label)] += 1

    def skip(self, name: str, why: str) -> None:
        """A folder or link that could not be looked into."""
        self.skipped += 1
        if len(self.first_skipped) < SHOWN:
            self.first_skipped.append((name, why))
