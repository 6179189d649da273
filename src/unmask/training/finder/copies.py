"""Entries in, the same entries without Train pictures that stand in Validation or Test as well out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unmask.training.finder.pictures import TRAIN, Entry

SIDE = 16
ALIKE = 0.993
"""Correlation of two thumbnails from which one picture is a copy of the other, saved or scaled anew."""
CHUNK = 1024


def without_copies(data: Path, entries: Iterable[Entry]) -> list[Entry]:
    """Sets overlap: the same photograph may be in one set's Train and in another set's Test."""
    every = list(entries)
    held = _thumbnails(data, [entry for entry in every if entry.split != TRAIN])
    train = [entry for entry in every if entry.split == TRAIN]
    copied = {
        entry.path
        for entry, likeness in zip(train, _likeness(_thumbnails(data, train), held), strict=True)
        if likeness >= ALIKE
    }
    return [entry for entry in every if entry.path not in copied]


def _likeness(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each of ours the correlation with the nearest of theirs."""
    if not len(theirs) or not len(ours):
        return np.zeros(len(ours), np.float32)
    chunks = [ours[i : i + CHUNK] @ theirs.T for i in range(0, len(ours), CHUNK)]
    return np.concatenate([chunk.max(axis=1) for chunk in chunks])


def _thumbnails(data: Path, entries: list[Entry]) -> NDArray[np.float32]:
    """[n, SIDE * SIDE], each of mean 0 and length 1, so that products are correlations."""
    rows = [_thumbnail(data / entry.path) for entry in entries]
    return np.asarray(rows, np.float32).reshape(-1, SIDE * SIDE)


def _thumbnail(path: Path) -> NDArray[np.float32]:
    with Image.open(path) as image:
        image.draft("L", (2 * SIDE, 2 * SIDE))
        small = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    values = np.asarray(small, np.float32).ravel()
    values -= values.mean()
    return values / max(float(np.linalg.norm(values)), 1e-6)
