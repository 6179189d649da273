"""A folder -> one row per picture in a file, on all cores of this machine, resumable after any end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from unmask.batch.done import Done
from unmask.batch.journal import Journal, Row
from unmask.batch.rows import flat, whole
from unmask.batch.summary import Summary
from unmask.batch.tables import Writer, beside, require_parquet, write_csv, write_parquet
from unmask.batch.task import Settings, lost, open_task
from unmask.batch.walk import Skipped, walk
from unmask.batch.workers import Pool
from unmask.errors import ConfigError, InputError

TABLES: dict[str, Writer | None] = {".jsonl": None, ".csv": write_csv, ".parquet": write_parquet}


@dataclass(frozen=True)
class Plan:
    """Where to look, where to write, and how hard to work; none of it changes an answer.

    A file that changed within the last `settled_for` seconds waits for the next run: it may still
    be on its way. A picture that takes longer than `patience` seconds is given up.
    """

    folder: Path
    out: Path
    every_file: bool = False
    workers: int = 0
    patience: float = 300.0
    settled_for: float = 0.0

    @property
    def table(self) -> Writer | None:
        """How the results are written; None where the journal itself is the result."""
        return TABLES[self.out.suffix]

    @property
    def journal(self) -> Path:
        return self.out.with_name(f"{self.out.name}.journal") if self.table else self.out

    def check(self, restart: bool) -> None:
        """Refuses what cannot work before anything is written."""
        if not self.folder.is_dir():
            raise InputError(f"{self.folder} is not a folder. Give the folder to scan.")
        if self.out.suffix not in TABLES:
            raise ConfigError(
                f"Results cannot be written to {self.out.name!r}: the name must end in "
                f"{', '.join(TABLES)}."
            )
        if self.out.suffix == ".parquet":
            require_parquet()
        if self.out.exists() and not self.journal.exists() and not restart:
            raise ConfigError(
                f"{self.out} is there already, without the journal of the scan that made it. "
                "Give another --out, or --restart to replace it."
            )


class Scan:
    """An open scan: `run` answers what is new in the folder and may be called again and again.

    A `.jsonl` file is its own journal. `.csv` and `.parquet` have theirs beside them, as
    `NAME.journal`, and are written as a whole from it; it stays, so that a later run goes on.
    """

    def __init__(self, plan: Plan, settings: Settings, restart: bool = False) -> None:
        plan.check(restart)
        self._plan, self._own_names = plan, _own_names(plan)
        self._journal = Journal.open(plan.journal, settings.record(plan.folder), restart)
        try:
            self.summary, self._done = _history(self._journal)
            self._pool = _pool(plan, settings)
        except BaseException:
            self._journal.close()
            raise

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.__exit__()
        self._journal.close()

    def run(self, heard: Callable[[Row], None] = lambda _: None) -> Summary:
        """Answers everything that waits; each row is in the journal before it is heard of."""
        self._done.settle()
        self.summary.begin_run()
        for row in self._pool.run(self._waiting(self.summary.skip)):
            self._journal.append(row)
            self._done.add(row["name"])
            self.summary.count(row)
            self.summary.answered_now += 1
            heard(row)
        self.publish()
        return self.summary

    def count_waiting(self) -> int:
        """How many files the run that goes on, or else the next, answers; safe in another thread."""
        return sum(1 for _ in self._waiting(lambda *_: None))

    def _waiting(self, skipped: Skipped) -> Iterator[str]:
        for name in walk(self._plan.folder, self._plan.every_file, skipped):
            if name not in self._done and name not in self._own_names and self._settled(name):
                yield name

    def _settled(self, name: str) -> bool:
        if not self._plan.settled_for:
            return True
        try:
            age = time.time() - (self._plan.folder / name).stat().st_mtime
        except OSError:
            return False  # gone again; the next run may find it
        return abs(age) > self._plan.settled_for

    def publish(self) -> None:
        """Writes the table, unless it is newer than the last row."""
        self._journal.sync()
        out, table = self._plan.out, self._plan.table
        if table and (not out.exists() or _changed(out) <= _changed(self._plan.journal)):
            table(self._journal.rows(), out)


def _own_names(plan: Plan) -> frozenset[str]:
    """What the scan itself writes, where that lies in the folder it looks through."""
    folder = plan.folder.resolve()
    files = (path.resolve() for path in (plan.out, plan.journal, beside(plan.out)))
    return frozenset(p.relative_to(folder).as_posix() for p in files if p.is_relative_to(folder))


def _history(journal: Journal) -> tuple[Summary, Done]:
    summary, done = Summary(), Done()
    for row in journal.rows():
        summary.count(row)
        done.add(row["name"])
    done.settle()
    return summary, done


def _pool(plan: Plan, settings: Settings) -> Pool:
    form = flat if plan.table else whole
    start = partial(open_task, plan.folder, settings, form)
    return Pool(start, partial(lost, form), plan.workers or _cores(), plan.patience)


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns


def _cores() -> int:
    """Those this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
