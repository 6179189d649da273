"""A picture and a scale in, the working squares to look at out, and the way back to the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unmask.pixels import resized, shrink
from unmask.stages.faces.boxes import Array, Candidates
from unmask.types import Pixels

PAD = 128
"""What fills a working square beside the picture; training does the same."""
OVERLAP = 0.25
"""Neighbouring squares share this much, so a small face stands whole in one of them."""
NEARLY_WHOLE = 1.07
"""A first look may be this much smaller than a square, for the sake of averaging whole blocks of pixels."""
WHOLE = (False, False, False, False)
"""The open sides of a square that shows the whole picture."""
LARGEST_PART = 0.5
"""Of a square that shows only a part of the picture, faces above this share are left to a wider look."""


@dataclass(frozen=True)
class Look:
    """One working square: where its corner lies in the scaled picture, and how it was scaled."""

    square: Pixels = field(compare=False)
    corner: tuple[int, int]
    scale: tuple[float, float]
    open_sides: tuple[bool, bool, bool, bool]
    """Whether the picture goes on beyond the left, top, right and bottom edge."""

    def place(self, seen: Candidates) -> Candidates:
        """Boxes of this square as boxes of the picture; what an inner edge cut off is dropped."""
        whole = seen.where(~self._is_cut(seen)) if any(self.open_sides) else seen
        shift = np.array([*self.corner, *self.corner], np.float32)
        scale = np.array([*self.scale, *self.scale], np.float32)
        return Candidates((whole.boxes + shift) / scale, whole.confidence)

    def _is_cut(self, seen: Candidates) -> NDArray[np.bool_]:
        size = self.square.shape[0]
        near = np.concatenate([seen.boxes[:, :2] < 1.0, seen.boxes[:, 2:] > size - 1.0], axis=1)
        cut: NDArray[np.bool_] = (near & np.array(self.open_sides)).any(axis=1)
        too_large: NDArray[np.bool_] = seen.sides > LARGEST_PART * size
        return np.logical_or(cut, too_large)


def first_look(scaled: Image.Image, blocks: int, size: int) -> Look:
    """The whole picture, already made `blocks` times smaller, in one square; never enlarged."""
    width, height = scaled.size
    ratio = max(height / size, width / size, 1.0)
    whole = math.ceil(ratio)
    if whole <= ratio * NEARLY_WHOLE:
        scale = 1 / (whole * blocks)
        return Look(_square(shrink(scaled, whole), size), (0, 0), (scale, scale), WHOLE)
    w, h = max(round(width / ratio), 1), max(round(height / ratio), 1)
    exact = (w / width / blocks, h / height / blocks)
    return Look(_square(resized(scaled, w, h), size), (0, 0), exact, WHOLE)


def closer_looks(scaled: Image.Image, blocks: int, size: int, hints: Array) -> list[Look]:
    """The picture, already made `blocks` times smaller, as overlapping squares.

    There is one for each hint, the one that shows it best; without a hint they cover the picture.
    """
    width, height = scaled.size
    corners = [(x, y) for y in _starts(height, size) for x in _starts(width, size)]
    return [
        Look(
            _square(scaled.crop((x, y, min(x + size, width), min(y + size, height))), size),
            (x, y),
            (1 / blocks, 1 / blocks),
            (x > 0, y > 0, x + size < width, y + size < height),
        )
        for x, y in (_nearest(corners, hints / np.float32(blocks), size) if len(hints) else corners)
    ]


def _nearest(corners: list[tuple[int, int]], hints: Array, size: int) -> list[tuple[int, int]]:
    """For each hint the square that has it closest to its middle."""
    middles = np.array(corners, np.float32) + size / 2
    away = np.abs(middles[:, None] - (hints[:, :2] + hints[:, 2:]) / 2).max(axis=2)
    return [corners[i] for i in sorted(set(away.argmin(axis=0).tolist()))]


def _starts(length: int, size: int) -> list[int]:
    """Evenly spread beginnings of squares that cover `length` and overlap enough."""
    if length <= size:
        return [0]
    count = 1 + int(np.ceil((length - size) / (size * (1 - OVERLAP))))
    return [round(i * (length - size) / (count - 1)) for i in range(count)]


def _square(piece: Image.Image, size: int) -> Pixels:
    if piece.size == (size, size):
        return np.asarray(piece)
    square = np.full((size, size, 3), PAD, dtype=np.uint8)
    square[: piece.height, : piece.width] = np.asarray(piece)
    return square
