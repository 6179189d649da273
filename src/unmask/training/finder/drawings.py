"""A size in, four drawn pictures out: shapes and simple faces that anybody may ship, for the self-test."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from unmask.types import Pixels


def drawings(size: int) -> Pixels:
    """[4, size, size, 3]: nothing, a slope of colour, one large drawn face, several small ones."""
    slope = np.linspace(0, 255, size, dtype=np.float32)
    x, y = np.meshgrid(slope, slope)
    blank = np.full((size, size, 3), 128, dtype=np.uint8)
    colours = np.stack([x, y, (x + y) / 2], axis=-1).astype(np.uint8)
    return np.stack([blank, colours, _faces(size, [(0.5, 0.5, 0.4)]), _faces(size, _SMALL)])


_SMALL = [(0.2, 0.25, 0.08), (0.5, 0.3, 0.1), (0.8, 0.28, 0.12), (0.35, 0.7, 0.15)]


def _faces(size: int, places: list[tuple[float, float, float]]) -> Pixels:
    image = Image.new("RGB", (size, size), (70, 90, 80))
    pen = ImageDraw.Draw(image)
    for x, y, radius in places:
        _face(pen, x * size, y * size, radius * size)
    return np.asarray(image)


def _face(pen: ImageDraw.ImageDraw, x: float, y: float, r: float) -> None:
    def disc(right: float, down: float, wide: float, high: float, colour: str) -> None:
        """All in parts of the face's own radius."""
        left, top = x + (right - wide) * r, y + (down - high) * r
        pen.ellipse((left, top, left + 2 * wide * r, top + 2 * high * r), fill=colour)

    disc(0, -0.2, 0.95, 1.05, "#3c281e")
    disc(0, 0, 0.75, 1, "#d6a88c")
    for side in (-0.3, 0.3):
        disc(side, -0.15, 0.14, 0.08, "#f5f5f0")
        disc(side, -0.15, 0.06, 0.07, "#281e19")
        disc(side, -0.35, 0.2, 0.04, "#3c281e")
    disc(0, 0.15, 0.09, 0.2, "#be8c73")
    disc(0, 0.55, 0.28, 0.09, "#aa5050")
