"""Manifests + a face finder -> CropStore: every face cut once with room around it, so that no step decodes a picture.

A store is a folder of parts. A part is two files: `NNNNN.bin` holds raw RGB squares one after
another, `NNNNN.csv` says where each begins and what it is. A part appears whole or not at all, so
a build that was killed goes on where it stopped.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from unmask.dataset.manifest import Entry, Manifest
from unmask.errors import EmptyDataset, InputError
from unmask.stages.crops import region, square
from unmask.stages.decode import decode
from unmask.stages.faces.finder import OnnxFinder
from unmask.stages.faces.finder import shipped_finder as shipped_finder  # noqa: PLC0414 - apps ask here, not in stages
from unmask.types import Box, CropSpec, DecodedImage, Face, Pixels

ROOM = CropSpec(size=160, margin=2.0)
"""Room around the face for every margin that training tries; at most twice `size` pixels wide."""

SMALLEST = 48
"""A narrower face holds too little to learn from, and in close crops it is mostly a false find."""

PART = 500
COLUMNS = ("path", "label", "split", "set", "generator", "group", "start", "side", "box")

Find = Callable[[DecodedImage], tuple[Face, ...]]
Task = tuple[Path, str, list[Entry]]


@dataclass(frozen=True, slots=True)
class Item:
    """One cached face: its square of pixels and the face's box inside it."""

    entry: Entry
    part: int
    start: int
    side: int
    box: Box


class CropStore:
    """Reads cached faces; opened again in every process that needs it, since it is only a folder."""

    def __init__(self, folder: Path) -> None:
        parts = sorted(folder.glob("*.csv"))
        self.folder = folder
        self._files = [part.with_suffix(".bin") for part in parts]
        self._maps: dict[int, np.ndarray] = {}
        self.items = tuple(i for n, part in enumerate(parts) for i in _read_index(part, n))
        if not self.items:
            raise EmptyDataset(
                f"{folder} holds no cached faces. Build the store from pictures first."
            )

    def square(self, item: Item) -> Pixels:
        """The pixels around the face as they were cached."""
        if item.part not in self._maps:
            self._maps[item.part] = np.memmap(self._files[item.part], np.uint8, "r")
        flat = self._maps[item.part][item.start : item.start + item.side**2 * 3]
        return np.asarray(flat).reshape(item.side, item.side, 3)

    def fingerprint(self) -> str:
        """SHA-256 over the names, labels, splits and boxes of all cached faces."""
        digest = hashlib.sha256()
        for i in self.items:
            row = [i.entry.set, i.entry.path, i.entry.label, i.entry.split, i.side, _corners(i.box)]
            digest.update(json.dumps(row).encode() + b"\n")
        return digest.hexdigest()


def build_store(
    folder: Path,
    manifests: Iterable[Manifest],
    finder: Path | None,
    workers: int = 2,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> CropStore:
    """Adds every picture that is not in the store yet; `report` hears how many parts are done.

    A box in the manifest wins over the finder; without a finder only pictures with a box are cut.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tasks = [task for manifest in manifests for task in _tasks(manifest)]
    todo = [task for task in tasks if not (folder / f"{task[1]}.csv").exists()]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = pool.map(partial(_build_part, folder, finder), todo)
        for done, _ in enumerate(jobs, start=1 + len(tasks) - len(todo)):
            report(done, len(tasks))
    return CropStore(folder)


def _tasks(manifest: Manifest) -> Iterator[Task]:
    entries = list(manifest)
    for i in range(0, len(entries), PART):
        chunk = entries[i : i + PART]
        names = json.dumps([[e.path, e.label, e.split] for e in chunk])
        yield manifest.root, hashlib.sha256(names.encode()).hexdigest()[:16], chunk


def _build_part(folder: Path, finder: Path | None, task: Task) -> int:
    root, name, entries = task
    find: Find = OnnxFinder.open(finder).find if finder else lambda image: ()
    return _write_part(folder / name, cached(root, entries, find))


def cached(root: Path, entries: Sequence[Entry], find: Find) -> Iterator[tuple[Entry, Box, Pixels]]:
    """Each entry with its face's box inside the cached square; pictures without a face are left out."""
    for entry in entries:
        try:
            image = decode((root / entry.path).read_bytes())
        except InputError:
            continue
        faces = (Face(entry.box, 1.0),) if entry.box else find(image)
        if faces and max(faces[0].box.width, faces[0].box.height) >= SMALLEST:
            yield entry, *_around(image.pixels, faces[0].box)


def _around(pixels: Pixels, box: Box) -> tuple[Box, Pixels]:
    frame = square(box, ROOM.margin, pixels.shape[1], pixels.shape[0])
    piece = region(pixels, box, ROOM)
    scale = piece.shape[0] / frame.width
    left, top = round(frame.left), round(frame.top)
    corners = (box.left - left, box.top - top, box.right - left, box.bottom - top)
    return Box(*(scale * corner for corner in corners)), piece


def _write_part(stem: Path, found: Iterable[tuple[Entry, Box, Pixels]]) -> int:
    draft, rows, start = stem.with_suffix(".draft"), [], 0
    with draft.open("wb") as stream:
        for e, box, pixels in found:
            side = pixels.shape[0]
            what = (e.path, e.label, e.split, e.set, e.generator, e.group, start, side)
            rows.append((*what, " ".join(f"{c:.2f}" for c in _corners(box))))
            start += stream.write(pixels.tobytes())
    draft.replace(stem.with_suffix(".bin"))
    with draft.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([COLUMNS, *rows])
    draft.replace(stem.with_suffix(".csv"))
    return len(rows)


def _read_index(path: Path, part: int) -> Iterator[Item]:
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            start, side, box = int(row.pop("start")), int(row.pop("side")), row.pop("box")
            entry = Entry(**{**row, "label": int(row["label"])})
            yield Item(entry, part, start, side, Box(*map(float, box.split())))


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom
