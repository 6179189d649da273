"""What a report says beside the analysis: the file's name, the time, the program; given by the caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class About:
    """An analysis depends on bytes alone; a report for a reader also names the file and the hour."""

    name: str
    analysed_at: datetime | None = None
    program: str = "unmask"

    @property
    def time(self) -> str:
        """Day and minute with the time zone; empty when nobody told the time."""
        if self.analysed_at is None:
            return ""
        return self.analysed_at.strftime("%Y-%m-%d %H:%M %Z").strip()
