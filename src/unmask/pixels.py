"""Pixels in, pixels out: the project's only resize and its only cut, the same in training and serving."""

from __future__ import annotations

from io import BytesIO
from typing import overload

import numpy as np
from PIL import Image

from unmask.types import Box, Heatmap, Pixels, Raster, size_of

STRIP = 2**21
"""Pixels of an array that are shrunk at once: a large one is never copied whole, and goes three times as fast."""


def resize(raster: Raster, width: int, height: int) -> Pixels:
    """Scales with a triangle filter that widens when shrinking, so nothing aliases."""
    if size_of(raster) == (width, height):
        return np.asarray(raster)
    return np.asarray(resized(as_picture(raster), width, height))


def resized(image: Image.Image, width: int, height: int) -> Image.Image:
    """The same on a picture that Pillow holds, where several changes follow one another."""
    return image.resize((width, height), Image.Resampling.BILINEAR)


def shrink(raster: Raster, blocks: int) -> Image.Image:
    """The mean of every block of `blocks` x `blocks` pixels: five times as fast as `resize`, less smooth."""
    if isinstance(raster, Image.Image):
        return raster.reduce(blocks) if blocks > 1 else raster
    height, width = raster.shape[:2]
    small = Image.new("RGB", (-(-width // blocks), -(-height // blocks)))
    rows = max(STRIP // (width * blocks), 1) * blocks
    for top in range(0, height, rows):
        strip = as_picture(raster[top : top + rows])
        small.paste(shrink(strip, blocks), (0, top // blocks))
    return small


def resize_map(values: Heatmap, width: int, height: int) -> Heatmap:
    """Scales a map of numbers, smoothly."""
    image = Image.fromarray(np.ascontiguousarray(values, dtype=np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))


def jpeg(raster: Raster, quality: int) -> Pixels:
    """The pixels as they come back from being saved as JPEG."""
    buffer = BytesIO()
    as_picture(raster).save(buffer, "JPEG", quality=quality)
    with Image.open(buffer, formats=["JPEG"]) as saved:
        return np.asarray(saved)


@overload
def cut(raster: Pixels, box: Box) -> Pixels: ...
@overload
def cut(raster: Raster, box: Box) -> Raster: ...
def cut(raster: Raster, box: Box) -> Raster:
    """What lies inside a box, in the form it came in; beyond the picture its nearest edge is repeated."""
    width, height = size_of(raster)
    left, top, right, bottom = _whole(box)
    inside = _part(
        raster,
        min(max(left, 0), width - 1),
        min(max(top, 0), height - 1),
        max(min(right, width), 1),
        max(min(bottom, height), 1),
    )
    pad = (
        (max(-top, 0), max(bottom - height, 0)),
        (max(-left, 0), max(right - width, 0)),
        (0, 0),
    )
    return np.pad(np.asarray(inside), pad, mode="edge") if any(map(any, pad)) else inside


def _part(raster: Raster, left: int, top: int, right: int, bottom: int) -> Raster:
    """A rectangle that lies inside the picture."""
    if isinstance(raster, Image.Image):
        return raster.crop((left, top, right, bottom))
    return raster[top:bottom, left:right]


def as_picture(raster: Raster) -> Image.Image:
    if isinstance(raster, Image.Image):
        return raster
    return Image.fromarray(np.ascontiguousarray(raster))


def _whole(box: Box) -> tuple[int, int, int, int]:
    left, top = round(box.left), round(box.top)
    return left, top, max(round(box.right), left + 1), max(round(box.bottom), top + 1)
