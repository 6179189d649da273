"""A data folder with faces.csv in, pictures with their known face boxes out, split as the folder is."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unmask.errors import EmptyDataset
from unmask.types import Pixels

BACKGROUNDS = "backgrounds"
TRAIN, VALIDATION, TEST = "Train", "Validation", "Test"


@dataclass(frozen=True)
class Entry:
    """One row group of faces.csv: a picture's path below the data folder and the boxes known in it."""

    path: str
    boxes: NDArray[np.float32] = field(compare=False)
    """[n, 4] left, top, right, bottom, inside the picture; n = 0 means unknown, not "no face"."""

    @property
    def source(self) -> str:
        return self.path.split("/")[0]

    @property
    def split(self) -> str:
        return self.path.split("/")[1]


@dataclass(frozen=True)
class Picture:
    pixels: Pixels = field(compare=False)
    boxes: NDArray[np.float32] = field(compare=False)


def read_entries(data: Path) -> list[Entry]:
    """All face pictures that faces.csv lists; backgrounds are read with `background_paths`."""
    table = data / "faces.csv"
    if not table.is_file():
        raise EmptyDataset(
            f"{table} is missing. The finder learns from face boxes: give the folder that holds it."
        )
    found: dict[str, list[list[float]]] = defaultdict(list)
    with table.open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            if not row["path"].startswith(BACKGROUNDS):
                found[row["path"]] += _box(row)
    return [Entry(path, _inside(boxes)) for path, boxes in sorted(found.items())]


def background_paths(data: Path, split: str) -> list[Path]:
    """The pictures without faces that belong to the sets."""
    return faceless_paths(data / BACKGROUNDS, split)


def faceless_paths(folder: Path, split: str) -> list[Path]:
    """Half of a folder's pictures are for training, a sixth for validation, a third for the test."""
    paths = sorted(folder.rglob("*.jpg"))
    if not paths:
        raise EmptyDataset(f"{folder} holds no *.jpg. Pictures without faces go there.")
    return [path for path in paths if _share(path.name) == split]


def load(path: Path, boxes: NDArray[np.float32] | None = None, longest: int = 0) -> Picture:
    """`longest` makes a picture without known boxes smaller: thousands of them fit into memory."""
    with Image.open(path) as image:
        if longest:
            image.thumbnail((longest, longest), Image.Resampling.BILINEAR)
        pixels = np.asarray(image.convert("RGB"))
    return Picture(pixels, _inside([]) if boxes is None else boxes)


def load_all(data: Path, entries: Iterable[Entry]) -> Iterator[Picture]:
    for entry in entries:
        yield load(data / entry.path, entry.boxes)


def _share(name: str) -> str:
    sixth = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 6
    return TEST if sixth < 2 else VALIDATION if sixth == 2 else TRAIN


def _box(row: dict[str, str]) -> list[list[float]]:
    if not row["left"]:
        return []
    width, height = float(row["width"]), float(row["height"])
    left, top = max(float(row["left"]), 0.0), max(float(row["top"]), 0.0)
    right, bottom = min(float(row["right"]), width), min(float(row["bottom"]), height)
    return [[left, top, right, bottom]]


def _inside(boxes: list[list[float]]) -> NDArray[np.float32]:
    return np.asarray(boxes, dtype=np.float32).reshape(-1, 4)
