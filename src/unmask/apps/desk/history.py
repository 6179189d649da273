"""Results <-> one SQLite file on this machine: what the history page lists, and nothing else."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from PIL import Image

from unmask import Analysis, Outcome
from unmask.apps.desk.result import Result, pixels, small
from unmask.reports import overlay, schema
from unmask.types import Explanation, Heatmap

MOST = 200
_KEPT = 1024
_TABLES = """
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, name TEXT NOT NULL, analysis TEXT NOT NULL,
    picture BLOB NOT NULL, thumbnail BLOB NOT NULL, heat BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
PRAGMA user_version = 1;
"""


@dataclass(frozen=True)
class Entry:
    """What the list shows; `History.open` brings the rest."""

    id: int
    at: datetime
    name: str
    label: str
    thumbnail: bytes


class History:
    """Opens the file for each call: threads and several windows never share a connection."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def path(self) -> Path:
        return self._path

    @property
    def on(self) -> bool:
        """Off means that nothing is written; what is there stays until it is cleared."""
        if not self._path.exists():
            return True
        with self._open() as db:
            row = db.execute("SELECT value FROM switches WHERE name = 'on'").fetchone()
        return row is None or bool(row[0])

    def switch(self, on: bool) -> None:
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO switches VALUES ('on', ?)", (int(on),))

    def add(self, result: Result) -> None:
        """Keeps a small copy of the picture, the answer and the heat maps; failures are not kept."""
        analysis = result.outcome.analysis
        if analysis is None:
            return
        shown = pixels(result)
        values = (
            result.at.isoformat(),
            result.name,
            json.dumps(schema.to_json(analysis)),
            overlay.encode(overlay.shrink(shown, _KEPT)),
            result.thumbnail or small(analysis, shown),
            _pack(analysis),
        )
        with self._open() as db:
            db.execute(
                "INSERT INTO entries (at, name, analysis, picture, thumbnail, heat) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )
            db.execute(
                "DELETE FROM entries WHERE id NOT IN "
                "(SELECT id FROM entries ORDER BY id DESC LIMIT ?)",
                (MOST,),
            )

    def entries(self) -> list[Entry]:
        """Newest first."""
        if not self._path.exists():
            return []
        with self._open() as db:
            rows = db.execute(
                "SELECT id, at, name, json_extract(analysis, '$.verdict.label'), thumbnail "
                "FROM entries ORDER BY id DESC"
            ).fetchall()
        return [Entry(row[0], datetime.fromisoformat(row[1]), *row[2:]) for row in rows]

    def open(self, number: int) -> Result | None:
        with self._open() as db:
            row = db.execute(
                "SELECT at, name, analysis, picture, heat FROM entries WHERE id = ?", (number,)
            ).fetchone()
        if row is None:
            return None
        analysis = _unpack(schema.from_json(json.loads(row[2])), row[4])
        outcome = Outcome(row[1], analysis=analysis)
        return Result(outcome, datetime.fromisoformat(row[0]), row[3])

    def clear(self) -> None:
        """Removes the entries and the space they took, so that they cannot be read back."""
        if not self._path.exists():
            return
        with self._open() as db:
            db.execute("PRAGMA secure_delete = ON")
            db.execute("DELETE FROM entries")
        with closing(sqlite3.connect(self._path)) as db:
            db.execute("VACUUM")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=10)) as db:
            db.executescript(_TABLES)
            with db:
                yield db
        self._path.chmod(0o600)


def place(environment: Mapping[str, str]) -> Path:
    """Where the file lies unless the environment names another place."""
    if named := environment.get("UNMASK_HISTORY"):
        return Path(named)
    home = environment.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "unmask" / "history.sqlite"


def _pack(analysis: Analysis) -> bytes:
    """The heat maps, coarse and in bytes: enough to be drawn again."""
    out = io.BytesIO()
    maps = {
        str(i): _coarse(f.explanation.heatmap)
        for i, f in enumerate(analysis.faces)
        if f.explanation is not None and f.explanation.heatmap.size
    }
    np.savez_compressed(out, allow_pickle=False, **maps)
    return out.getvalue()


def _coarse(heatmap: Heatmap) -> np.ndarray:
    image = Image.fromarray((heatmap.clip(0, 1) * 255).round().astype(np.uint8))
    side = min(64, max(heatmap.shape))
    return np.asarray(image.resize((side, side), Image.Resampling.BILINEAR))


def _unpack(analysis: Analysis, heat: bytes) -> Analysis:
    with np.load(io.BytesIO(heat), allow_pickle=False) as maps:
        warm = {int(key): maps[key].astype(np.float32) / 255 for key in maps.files}
    faces = tuple(
        replace(face, explanation=_warmed(face.explanation, warm[i])) if i in warm else face
        for i, face in enumerate(analysis.faces)
    )
    return replace(analysis, faces=faces)


def _warmed(explanation: Explanation | None, heatmap: Heatmap) -> Explanation | None:
    return replace(explanation, heatmap=heatmap) if explanation else None
