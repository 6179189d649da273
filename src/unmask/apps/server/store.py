"""Jobs in SQLite, their pictures in private files until each is answered: a kill loses nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unmask.errors import ConfigError

SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, state TEXT NOT NULL, wish TEXT NOT NULL,
    created REAL NOT NULL, ended REAL, webhook TEXT, secret TEXT, told INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS pictures (
    job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    name TEXT NOT NULL, url TEXT, size INTEGER NOT NULL, turn INTEGER, ok INTEGER, answer BLOB,
    PRIMARY KEY (job, number)
);
CREATE INDEX IF NOT EXISTS to_do ON pictures (number, job) WHERE turn IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS in_turn ON pictures (job, turn) WHERE turn IS NOT NULL;
"""
STATUS = """
SELECT id, owner, state, created, ended, webhook, secret, COUNT(number) AS total,
       COUNT(turn) AS answered, COALESCE(SUM(ok = 0), 0) AS failed
FROM jobs LEFT JOIN pictures ON job = id WHERE id = ? GROUP BY id
"""
NEXT = """
SELECT job, number, name, url, wish, owner FROM pictures JOIN jobs ON id = job
WHERE turn IS NULL AND state = 'running' ORDER BY number, created LIMIT ?
"""


@dataclass(frozen=True)
class Item:
    """One picture of a job: kept in a file of its number, or to be fetched from its address."""

    number: int
    name: str
    size: int = 0
    url: str | None = None


@dataclass(frozen=True)
class Todo:
    """A picture whose turn has come, with what is needed to judge it."""

    job: str
    number: int
    name: str
    url: str | None
    wish: dict[str, Any]
    owner: str


class JobStore:
    """One connection, used from one thread; a second server on the same folder is refused."""

    def __init__(self, folder: Path) -> None:
        self._pictures = folder / "pictures"
        self._pictures.mkdir(mode=0o700, exist_ok=True)
        self._db = sqlite3.connect(folder / "jobs.sqlite", isolation_level=None, timeout=2)
        self._db.row_factory = sqlite3.Row
        try:
            for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "foreign_keys=ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(SCHEMA)
        except sqlite3.OperationalError as error:
            self._db.close()
            raise ConfigError(
                f"The jobs in {folder} are in use by another server ({error}). "
                "Give each server a --state folder of its own."
            ) from error

    def close(self) -> None:
        self._db.close()

    def folder(self, job: str) -> Path:
        return self._pictures / job

    def expire(self, keep_days: float) -> None:
        """Forgets the answers of jobs that ended long ago."""
        self._db.execute("DELETE FROM jobs WHERE ended < ?", (time.time() - keep_days * 86400,))

    def sweep(self) -> None:
        """Removes the files that a kill left over; only while no upload can be under way."""
        for folder in self._pictures.iterdir():
            wanted = {str(n) for n in self._unanswered(folder.name)}
            for path in folder.iterdir():
                if path.name not in wanted:
                    path.unlink()
            if not wanted:
                folder.rmdir()

    def add(self, job: dict[str, Any], items: Iterable[Item]) -> None:
        """All of it or nothing; from here on the job is a promise."""
        row = {"webhook": None, "secret": None, **job, "created": time.time()}
        with self._transaction():
            self._db.execute(
                "INSERT INTO jobs (id, owner, state, wish, created, webhook, secret, told)"
                " VALUES (:id, :owner, 'running', :wish, :created, :webhook, :secret,"
                " :webhook IS NULL)",
                row,
            )
            self._db.executemany(
                "INSERT INTO pictures (job, number, name, size, url) VALUES (?, ?, ?, ?, ?)",
                ((job["id"], i.number, i.name, i.size, i.url) for i in items),
            )

    def status(self, job: str) -> dict[str, Any] | None:
        row = self._db.execute(STATUS, (job,)).fetchone()
        return dict(row) if row else None

    def next(self, most: int) -> list[Todo]:
        """Job by job in turn: a small one need not wait for the end of a large one."""
        rows = self._db.execute(NEXT, (most,)).fetchall()
        return [Todo(**{**dict(row), "wish": json.loads(row["wish"])}) for row in rows]

    def answer(self, job: str, number: int, ok: bool, line: bytes) -> bool:
        """Keeps the answer, once, and forgets the picture; True when it was the job's last."""
        with self._transaction():
            self._db.execute(
                "UPDATE pictures SET answer = :line, ok = :ok, turn ="
                " (SELECT COALESCE(MAX(turn), -1) + 1 FROM pictures WHERE job = :job)"
                " WHERE job = :job AND number = :number AND turn IS NULL",
                {"line": line, "ok": ok, "job": job, "number": number},
            )
            ended = self._db.execute(
                "UPDATE jobs SET state = 'done', ended = ? WHERE id = ? AND state = 'running'"
                " AND NOT EXISTS (SELECT 1 FROM pictures WHERE job = id AND turn IS NULL)",
                (time.time(), job),
            ).rowcount
        (self.folder(job) / str(number)).unlink(missing_ok=True)
        if ended:
            shutil.rmtree(self.folder(job), ignore_errors=True)
        return bool(ended)

    def answers(self, job: str, skip: int, most: int) -> list[bytes]:
        rows = self._db.execute(
            "SELECT answer FROM pictures WHERE job = ? AND turn >= ? ORDER BY turn LIMIT ?",
            (job, skip, most),
        )
        return [row["answer"] for row in rows]

    def cancel(self, job: str) -> bool:
        """Forgets the pictures that were not looked at yet; False when it had ended before."""
        ended = self._db.execute(
            "UPDATE jobs SET state = 'cancelled', ended = ? WHERE id = ? AND state = 'running'",
            (time.time(), job),
        ).rowcount
        if ended:
            shutil.rmtree(self.folder(job), ignore_errors=True)
        return bool(ended)

    def forget(self, job: str) -> None:
        self._db.execute("DELETE FROM jobs WHERE id = ?", (job,))
        shutil.rmtree(self.folder(job), ignore_errors=True)

    def unfinished(self, owner: str) -> int:
        found = self._db.execute(
            "SELECT COUNT(*) FROM jobs WHERE owner = ? AND state = 'running'", (owner,)
        )
        return int(found.fetchone()[0])

    def waiting(self) -> tuple[int, int]:
        """How many pictures are still to do, and their bytes on disk."""
        found = self._db.execute(
            "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM pictures JOIN jobs ON id = job"
            " WHERE turn IS NULL AND state = 'running'"
        )
        count, size = found.fetchone()
        return int(count), int(size)

    def untold(self) -> list[str]:
        """Ended jobs whose webhook has not heard of it."""
        rows = self._db.execute("SELECT id FROM jobs WHERE ended IS NOT NULL AND NOT told")
        return [row["id"] for row in rows]

    def told(self, job: str) -> None:
        self._db.execute("UPDATE jobs SET told = 1, secret = NULL WHERE id = ?", (job,))

    def _unanswered(self, job: str) -> Iterator[int]:
        rows = self._db.execute(
            "SELECT number FROM pictures JOIN jobs ON id = job"
            " WHERE job = ? AND turn IS NULL AND state = 'running'",
            (job,),
        )
        return (row["number"] for row in rows)

    def _transaction(self) -> _Transaction:
        return _Transaction(self._db)


class _Transaction:
    """BEGIN IMMEDIATE ... COMMIT, or ROLLBACK when anything is raised."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self._db.execute("ROLLBACK" if kind else "COMMIT")
