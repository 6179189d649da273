"""One line of JSON per answered file, appended as answers come; a killed scan goes on from here."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from unmask.batch.lock import hold
from unmask.errors import ConfigError

Row = dict[str, Any]
"""What is kept about one file: plain values under fixed keys; `name` is always there."""

START = b'{"scan": '


class Journal:
    """The file that makes a scan resumable.

    Its first line holds the settings; rows with other settings never get into the same file. A
    line counts once its newline is written: what a kill left torn is cut off and answered again.
    """

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self.path = path

    @classmethod
    def open(cls, path: Path, settings: Mapping[str, Any], restart: bool = False) -> Journal:
        file = path.open("a+b")
        try:
            _claim(file, path)
            if restart:
                file.truncate(0)
            journal = cls(file, path)
            journal._begin(settings)
        except BaseException:
            file.close()
            raise
        return journal

    def append(self, row: Row) -> None:
        """Hands the line to the operating system at once: only the machine itself can lose it."""
        self._file.write(json.dumps(row, separators=(",", ":")).encode() + b"\n")
        self._file.flush()

    def rows(self) -> Iterator[Row]:
        """Every row so far, in the order they came."""
        with self.path.open("rb") as file:
            file.readline()
            for number, line in enumerate(file, 2):
                yield self._row(line, number)

    def sync(self) -> None:
        """Waits until the disk itself has every line."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def _begin(self, settings: Mapping[str, Any]) -> None:
        self._cut_torn_line()
        self._file.seek(0)
        first = self._file.readline()
        if not first:
            self._file.write(START + json.dumps(settings).encode() + b"}\n")
            self._file.flush()
        else:
            self._compare(self._row(first, 1)["scan"], settings)

    def _compare(self, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        keys = [k for k in {**before, **now} if before.get(k) != now.get(k)]
        if keys:
            told = "; ".join(f"{k} was {before.get(k)!r}, now {now.get(k)!r}" for k in keys)
            raise ConfigError(
                f"{self.path} was begun with other settings: {told}. Use the same settings to go "
                "on, another --out to keep both, or --restart to throw the old answers away."
            )

    def _row(self, line: bytes, number: int) -> Row:
        row: Any = None
        with contextlib.suppress(ValueError):
            row = json.loads(line)
        if not isinstance(row, dict) or ("name" if number > 1 else "scan") not in row:
            raise ConfigError(
                f"Line {number} of {self.path} was not written by a scan. "
                "Give another --out, or --restart to begin anew and lose what is in that file."
            )
        return row

    def _cut_torn_line(self) -> None:
        """Only our own torn line is cut: a stranger's file without a newline stays as it is."""
        end, size = _end_of_last_line(self._file), self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        if not self._file.read(len(START)).startswith(START[:size]):
            self._row(b"", 1)
        if end < size:
            self._file.truncate(end)


def _claim(file: BinaryIO, path: Path) -> None:
    if not hold(file):
        raise ConfigError(
            f"Another scan is writing to {path} at this moment. "
            "Wait for it, or give this scan another --out."
        )


def _end_of_last_line(file: BinaryIO, step: int = 65536) -> int:
    """Where the last newline ends, looked for from behind."""
    place = file.seek(0, os.SEEK_END)
    while place > 0:
        start = max(0, place - step)
        file.seek(start)
        found = file.read(place - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        place = start
    return 0
