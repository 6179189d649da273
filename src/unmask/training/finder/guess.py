"""Pictures of one face that nobody marked + an earlier finder in, the same pictures with a box out.

The public detector misses dark, blurred and tight faces: just those that a finder trained on its
boxes would go on missing. Where pictures of a set show one face each, the earlier finder may look
at a brightened copy with low demands; where it sees nothing either and the set frames its faces
alike (cuts from video do), the set's usual box is the better guess than none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from unmask.stages.faces.boxes import overlap
from unmask.stages.faces.finder import OnnxFinder
from unmask.training.finder.measure import boxes_of, image_of, over_middle
from unmask.training.finder.pictures import TRAIN, Entry, Picture, load
from unmask.training.finder.pieces import Boxes
from unmask.types import Pixels

EASY = 0.12
"""A box of this confidence is taken, since a face is known to be there."""
ALIKE = 0.9
"""A set frames its faces alike when this share of them match its usual box."""
MOST = 1500
"""Pictures a set may add: enough for variety, and they fit into memory."""

Usual = Mapping[str, Boxes]


def guessed(
    data: Path, entries: Iterable[Entry], more: Path | None, finder: OnnxFinder
) -> dict[str, list[Picture]]:
    """By set: Train pictures without a known box, and pictures of `more`, with a box each."""
    known = [e for e in entries if e.split == TRAIN]
    usual = _usual(data, known)
    lone = _one_face_each(known)
    todo = [(e.source, data / e.path) for e in known if not len(e.boxes) and e.source in lone]
    todo += [(path.parts[-4], path) for path in _further(more) if path.parts[-4] in lone]
    easy = OnnxFinder(
        replace(finder.spec, threshold=EASY, near_threshold=EASY, suspicion=EASY / 2),
        finder.session,
        finder.folder,
    )
    found: dict[str, list[Picture]] = defaultdict(list)
    for source, path in todo:
        found[source] += _marked(path, usual.get(source), easy)
    return dict(found)


def _marked(path: Path, usual: Boxes | None, finder: OnnxFinder) -> Iterator[Picture]:
    picture = load(path)
    boxes = boxes_of(finder.find(image_of(_brightened(picture.pixels))))
    over = boxes[over_middle(picture, boxes)]
    if len(over):
        yield Picture(picture.pixels, over[:1])
    elif usual is not None:
        size = np.array(picture.pixels.shape[1::-1] * 2, np.float32)
        yield Picture(picture.pixels, usual[None] * size)


def _brightened(pixels: Pixels) -> Pixels:
    return np.asarray(ImageOps.autocontrast(Image.fromarray(pixels), cutoff=1))


def _one_face_each(entries: Iterable[Entry]) -> set[str]:
    """Sets in which nearly every marked picture has exactly one box."""
    counts: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        if len(entry.boxes):
            counts[entry.source].append(len(entry.boxes))
    return {name for name, found in counts.items() if np.mean(np.array(found) == 1) >= ALIKE}


def _usual(data: Path, entries: Iterable[Entry]) -> dict[str, Boxes]:
    """By set: the middle of its boxes as shares of the picture, where they are alike."""
    shares: dict[str, list[Boxes]] = defaultdict(list)
    for entry in entries:
        if len(entry.boxes) == 1:
            with Image.open(data / entry.path) as image:
                shares[entry.source].append(entry.boxes[0] / np.array(image.size * 2, np.float32))
    found = {}
    for name, rows in shares.items():
        boxes = np.stack(rows)
        middle = np.median(boxes, axis=0).astype(np.float32)
        if (overlap(middle, boxes)[0] >= 0.5).mean() >= ALIKE:
            found[name] = middle
    return found


def _further(more: Path | None) -> Iterator[Path]:
    """Evenly spread Train pictures of each set below `more`, laid out as `data` is."""
    for folder in sorted(more.iterdir()) if more else []:
        paths = sorted((folder / TRAIN).glob("*/*.jpg"))
        yield from paths[:: max(len(paths) // MOST, 1)]
