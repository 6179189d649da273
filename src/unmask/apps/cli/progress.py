"""Work as it gets done -> one line that tells how far it is, how fast, and how long it still takes."""

from __future__ import annotations

import shutil
import sys
import time
from collections import deque

import click

from unmask.apps.cli.terminal import coloured

EVERY = 0.1
"""Seconds between two drawings on a terminal."""
EVERY_IN_A_LOG = 30.0
"""Seconds between two lines where nobody watches: a log file, a pipe."""
RECENT = 20.0
"""The rate is that of the last so many seconds."""
BAR = 24


class Progress:
    """Draws on standard error; `total` stays None until the folder has been counted."""

    def __init__(self) -> None:
        self.total: int | None = None
        self.done = self.failed = 0
        self.note = ""
        self._live = sys.stderr.isatty()
        self._began = self._drawn = time.monotonic()
        self._history: deque[tuple[float, int]] = deque([(self._began, 0)])

    def step(self, ok: bool) -> None:
        self.done += 1
        self.failed += not ok
        self._show()

    def reach(self, done: int, total: int, note: str = "") -> None:
        """For work that counts itself; what an earlier go had done says nothing about the rate."""
        if not self.done:
            self._history = deque([(time.monotonic(), done)])
        self.done, self.total, self.note = done, total, note
        self._show()

    def _show(self) -> None:
        now = time.monotonic()
        if now - self._drawn >= (EVERY if self._live else EVERY_IN_A_LOG):
            self._drawn = now
            self._draw(now)

    def close(self) -> None:
        """Leaves the terminal as it was: the summary says the rest."""
        if self._live:
            click.echo("\r\x1b[2K", nl=False, err=True)

    def line(self, now: float) -> str:
        """`[=====>      ]  1,200 of 20,000   85 a second   4 min left   3 failed`"""
        rate = self._rate(now)
        parts = [f"{self.done:,}", f"{rate:.3g} a second" if rate < 10 else f"{rate:,.0f} a second"]
        if self.total is not None:
            parts[0] += f" of {self.total:,}"
            left = max(self.total - self.done, 0)
            parts.append(f"{span(left / rate)} left" if rate else "")
        if self.failed:
            parts.append(f"{self.failed:,} failed")
        parts.append(self.note)
        return "   ".join(filter(None, [self._bar(), *parts]))

    def _draw(self, now: float) -> None:
        line = self.line(now)
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            click.echo(f"\r\x1b[2K{line[:width]}", nl=False, err=True)
        else:
            click.echo(line, err=True)

    def _bar(self) -> str:
        if not self._live or not self.total:
            return ""
        full = min(round(BAR * self.done / self.total), BAR)
        done, rest = "━" * full, "━" * (BAR - full)
        if coloured(sys.stderr):
            return click.style(done, fg="cyan") + click.style(rest, dim=True)
        return f"[{'=' * full}{' ' * (BAR - full)}]"

    def _rate(self, now: float) -> float:
        self._history.append((now, self.done))
        while len(self._history) > 2 and now - self._history[0][0] > RECENT:
            self._history.popleft()
        then, before = self._history[0]
        seconds = now - then
        return (self.done - before) / seconds if seconds > 0 else 0.0


def span(seconds: float) -> str:
    """`45 s`, `4 min`, `2 h 05 min`, `3 days`: as precise as an estimate deserves."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours < 48 else f"{round(hours / 24)} days"
