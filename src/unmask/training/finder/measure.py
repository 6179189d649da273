"""A finder and a data folder in, how much it finds and how often it is wrong out."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unmask.stages.faces.boxes import Array, overlap
from unmask.stages.faces.protocol import FaceFinder
from unmask.training.finder.pictures import Entry, Picture, load
from unmask.training.finder.pieces import areas
from unmask.types import DecodedImage, Face, Pixels, Source

SIZES = ((0, 24), (24, 40), (40, 80), (80, 160), (160, 10_000))
"""Face sizes (longer side of the box in pixels) that are told apart."""
MATCH = 0.5
ENCLOSED = 0.9
"""A known box that lies this much inside a larger one may be only a part of that face."""
ROOMY = 4.0
"""A found box up to this many times as large as the one it holds still speaks of the same face."""


@dataclass
class Share:
    """So many of so many."""

    hits: int = 0
    count: int = 0

    def add(self, hit: bool) -> None:
        self.hits, self.count = self.hits + int(hit), self.count + 1

    @property
    def value(self) -> float:
        return self.hits / self.count if self.count else float("nan")


BySize = dict[tuple[int, int], Share]


@dataclass
class Recall:
    """Found faces by size; `held` also counts a face whose listed box lies inside a found one."""

    by_size: BySize = field(default_factory=lambda: defaultdict(Share))
    held: BySize = field(default_factory=lambda: defaultdict(Share))

    def add(self, box: Array, matched: bool, held: bool) -> None:
        side = float((box[2:] - box[:2]).max())
        size = next(s for s in SIZES if s[0] <= side < s[1])
        self.by_size[size].add(matched)
        self.held[size].add(matched or held)

    def above(self, side: int) -> Share:
        """All faces of at least this size, which must be a border between two sizes."""
        return _above(self.by_size, side)

    def held_above(self, side: int) -> Share:
        return _above(self.held, side)


def _above(shares: BySize, side: int) -> Share:
    counted = [share for (low, _), share in shares.items() if low >= side]
    return Share(sum(s.hits for s in counted), sum(s.count for s in counted))


def image_of(pixels: Pixels) -> DecodedImage:
    return DecodedImage(pixels, Source("", pixels.nbytes, "image/raw"))


def boxes_of(faces: Sequence[Face]) -> Array:
    rows = [[f.box.left, f.box.top, f.box.right, f.box.bottom] for f in faces]
    return np.asarray(rows, dtype=np.float32).reshape(-1, 4)


def recall(finder: FaceFinder, pictures: Iterable[Picture]) -> Recall:
    """How many of all known faces are found."""
    known = Recall()
    for picture in pictures:
        found = boxes_of(finder.find(image_of(picture.pixels)))
        for box in picture.boxes:
            union, smaller = overlap(box, found)
            larger, own = areas(found), areas(box[None])
            held = (smaller >= ENCLOSED) & (larger > own) & (larger <= ROOMY * own)
            known.add(box, bool((union >= MATCH).any()), bool(held.any()))
    return known


@dataclass
class Found:
    """Of the pictures of a set: `matched` agrees with the known box, `on_face` also where that is a part of a face."""

    matched: Share = field(default_factory=Share)
    on_face: Share = field(default_factory=Share)

    def add(self, picture: Picture, found: Array) -> None:
        matched = shows_face(picture, found)
        self.matched.add(matched)
        self.on_face.add(matched or encloses_face(picture, found))


def find_rates(finder: FaceFinder, data: Path, entries: Iterable[Entry]) -> dict[str, Found]:
    """Per set: how often the main face of a picture is found."""
    rates: dict[str, Found] = defaultdict(Found)
    for entry in entries:
        picture = load(data / entry.path, entry.boxes)
        rates[entry.source].add(picture, boxes_of(finder.find(image_of(picture.pixels))))
    return dict(rates)


def shows_face(picture: Picture, found: Array) -> bool:
    """The largest known face is matched; where none is known, a box covers the middle."""
    if len(picture.boxes):
        return bool((overlap(_main(picture), found)[0] >= MATCH).any())
    return bool(over_middle(picture, found).any())


def encloses_face(picture: Picture, found: Array) -> bool:
    """A box over the middle holds the known one whole.

    In tight cuts the public detector that made the list often took an eye or a nose for a face.
    """
    if not len(picture.boxes):
        return False
    known, over = _main(picture), found[over_middle(picture, found)]
    smaller = overlap(known, over)[1]
    larger = areas(over) > areas(known[None])
    return bool((larger & (smaller >= ENCLOSED)).any())


def _main(picture: Picture) -> Array:
    sides = (picture.boxes[:, 2:] - picture.boxes[:, :2]).max(axis=1)
    main: Array = picture.boxes[sides.argmax()]
    return main


def over_middle(picture: Picture, found: Array) -> NDArray[np.bool_]:
    """Which of the boxes cover the middle of the picture."""
    middle = np.array(picture.pixels.shape[1::-1], np.float32) / 2
    over: NDArray[np.bool_] = ((found[:, :2] < middle) & (found[:, 2:] > middle)).all(axis=1)
    return over


def false_boxes(finder: FaceFinder, pictures: Iterable[Pixels]) -> Share:
    """Boxes (hits) in pictures (count) that show no face."""
    found = [len(finder.find(image_of(pixels))) for pixels in pictures]
    return Share(sum(found), len(found))


def milliseconds(finder: FaceFinder, pixels: Pixels, times: int = 50) -> float:
    """Median time for one picture, after a warm-up."""
    image = image_of(pixels)
    taken = []
    for _ in range(times + 5):
        start = time.perf_counter()
        finder.find(image)
        taken.append(time.perf_counter() - start)
    return float(np.median(taken[5:]) * 1000)
