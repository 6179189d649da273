"""A data folder and a split in, the same trial pictures every time out: composed scenes and empty ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from unmask.training.finder.damage import damage
from unmask.training.finder.pictures import (
    Entry,
    Picture,
    background_paths,
    faceless_paths,
    load,
    load_all,
)
from unmask.training.finder.pieces import shown
from unmask.training.finder.scenes import Composer, settle
from unmask.training.finder.targets import SIZE
from unmask.types import Pixels

SEED = 20261120
LARGE = (1280, 960)
LONGEST = 448
"""Further pictures without faces are made this small for scenes: no larger than the backgrounds."""


def composer_of(
    data: Path,
    entries: Iterable[Entry],
    split: str,
    more: Mapping[str, Sequence[Picture]] | None = None,
    faceless: Path | None = None,
) -> Composer:
    """One that draws from the pictures of a split whose faces are known, and from its backgrounds.

    `more` adds pictures to sets by name, `faceless` a folder of further pictures without faces.
    """
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.split == split and len(entry.boxes):
            groups[entry.source].append(entry)
    pictures = [
        [*load_all(data, group), *(more or {}).get(name, ())] for name, group in groups.items()
    ]
    empty = [load(path) for path in background_paths(data, split)]
    if faceless is not None:
        empty += [load(path, longest=LONGEST) for path in faceless_paths(faceless, split)]
    return Composer(pictures, empty)


def scenes(source: Composer, count: int) -> Iterator[Picture]:
    """Composed like the training scenes, damage included, at the working size."""
    for index in range(count):
        rng = np.random.default_rng([SEED, index])
        scene = settle(*damage(*source.compose(rng), rng), SIZE)
        yield Picture(scene.pixels, scene.boxes)


def groups(source: Composer, count: int) -> Iterator[Picture]:
    """Large pictures of up to thirty people, most of them small: one look is not enough."""
    width, height = LARGE
    for index in range(count):
        rng = np.random.default_rng([SEED, 1, index])
        canvas = source.background(rng, width, height).copy()
        boxes = source.populate(rng, canvas, 30, (20.0, 240.0))
        yield Picture(canvas, shown(boxes, width, height))


def backgrounds(data: Path, split: str) -> Iterator[Pixels]:
    for path in background_paths(data, split):
        yield load(path).pixels


def further(faceless: Path, split: str) -> Iterator[Pixels]:
    """Pictures without faces from elsewhere, as they are."""
    for path in faceless_paths(faceless, split):
        yield load(path).pixels


def landscapes(source: Composer, count: int) -> Iterator[Pixels]:
    """Large pictures put together from backgrounds: no face in any of them, however closely one looks."""
    for index in range(count):
        rng = np.random.default_rng([SEED, 2, index])
        yield source.landscape(rng, *LARGE)
