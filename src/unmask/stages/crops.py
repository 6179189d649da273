"""Image + Face + CropSpec -> Crop: the square around a face, cut and scaled the same way everywhere."""

from __future__ import annotations

from typing import overload

from unmask.pixels import cut, resize
from unmask.types import Box, Crop, CropSpec, DecodedImage, Face, Pixels, Raster, size_of


def crop(image: DecodedImage, face: Face, spec: CropSpec) -> Crop:
    return fit(region(image.raster, face.box, spec), face, spec)


LARGEST, KEPT = 2.5, 2
"""Crop sizes: a wider face is brought down to the second; a little too large is not worth a resize of its own."""


@overload
def region(raster: Pixels, box: Box, spec: CropSpec) -> Pixels: ...
@overload
def region(raster: Raster, box: Box, spec: CropSpec) -> Raster: ...
def region(raster: Raster, box: Box, spec: CropSpec) -> Raster:
    """The face with its margin, two crop sizes wide or little more: enough to save again and compare."""
    piece = cut(raster, square(box, spec.margin, *size_of(raster)))
    widest = max(size_of(piece))
    side = widest if widest <= LARGEST * spec.size else KEPT * spec.size
    return piece if size_of(piece) == (side, side) else resize(piece, side, side)


def fit(piece: Raster, face: Face, spec: CropSpec) -> Crop:
    return Crop(pixels=resize(piece, spec.size, spec.size), face=face)


def square(box: Box, margin: float, width: int, height: int) -> Box:
    """A square around the box, `margin` times as wide, moved and then shrunk to stay inside the picture.

    It never shrinks below the face itself: only a face wider than the picture leaves an edge to fill.
    """
    face = max(box.width, box.height)
    side = max(face, min(face * margin, width, height))
    left = _slide((box.left + box.right - side) / 2, side, width)
    top = _slide((box.top + box.bottom - side) / 2, side, height)
    return Box(left, top, left + side, top + side)


def _slide(start: float, side: float, room: int) -> float:
    return (room - side) / 2 if side >= room else min(max(start, 0.0), room - side)
