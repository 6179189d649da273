"""A picture and a scale in, the working squares to look at out, and the way back to the picture."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from unmask.pixels import resize
from unmask.stages.faces.boxes import Candidates
from unmask.types import Pixels

PAD = 128
"""What fills a working square beside the picture; training does the same."""
OVERLAP = 0.25
"""Neighbouring squares share this much, so a small face stands whole in one of them."""
LARGEST_PART = 0.6
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


def looks(pixels: Pixels, scale: float, size: int) -> list[Look]:
    """The picture at `scale` as working squares: one when it fits, else overlapping ones over all of it."""
    height, width = pixels.shape[:2]
    w, h = max(round(width * scale), 1), max(round(height * scale), 1)
    scaled = resize(pixels, w, h)
    exact = (w / width, h / height)
    return [
        Look(
            _square(scaled, x, y, size),
            (x, y),
            exact,
            (x > 0, y > 0, x + size < w, y + size < h),
        )
        for y in _starts(h, size)
        for x in _starts(w, size)
    ]


def _starts(length: int, size: int) -> list[int]:
    """Evenly spread beginnings of squares that cover `length` and overlap enough."""
    if length <= size:
        return [0]
    count = 1 + int(np.ceil((length - size) / (size * (1 - OVERLAP))))
    return [round(i * (length - size) / (count - 1)) for i in range(count)]


def _square(scaled: Pixels, x: int, y: int, size: int) -> Pixels:
    piece = scaled[y : y + size, x : x + size]
    if piece.shape[:2] == (size, size):
        return piece
    square = np.full((size, size, 3), PAD, dtype=np.uint8)
    square[: piece.shape[0], : piece.shape[1]] = piece
    return square
