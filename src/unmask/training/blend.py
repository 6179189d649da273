"""A real face -> a fake made of itself: blended through a soft face mask with a slightly changed copy."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from unmask.dataset import degrade
from unmask.dataset.degrade import Picture
from unmask.types import Box


def self_blended(image: Picture, box: Box, rng: np.random.Generator) -> Picture:
    """What face swapping leaves behind, without any face swap: a seam and two histories in one picture."""
    first, second = image, _changed(image, box, rng)
    mask = face_mask(image.height, box, rng)
    if rng.random() < 0.2:
        first, second = second, first
    return Image.composite(second, first, mask)


def face_mask(side: int, box: Box, rng: np.random.Generator) -> Picture:
    """A blob inside the box, 0 to 255: an ellipse whose radius waves, its edge softened."""
    cells = 64
    at = (np.arange(cells) + 0.5) / cells * side
    x = (at[None, :] - (box.left + box.right) / 2 - rng.normal(0, 0.04) * box.width) / box.width
    y = (at[:, None] - (box.top + box.bottom) / 2 - rng.normal(0, 0.05) * box.height) / box.height
    angle = np.arctan2(y, x)
    edge = sum(
        rng.normal(0, 0.06 / k) * np.cos(k * angle + rng.uniform(0, 2 * np.pi)) for k in (2, 3, 4)
    )
    reach = np.hypot(x / rng.uniform(0.30, 0.5), y / rng.uniform(0.34, 0.52))
    inside = (reach < 1 + edge).astype(np.uint8) * 255
    soft = Image.fromarray(inside).resize((side, side), Image.Resampling.BILINEAR)
    soft = soft.filter(ImageFilter.BoxBlur(rng.uniform(0.004, 0.05) * side))
    strength = rng.choice([1.0, 1.0, 1.0, 0.75, 0.5])
    return soft.point(lambda v: v * strength)


def _changed(image: Picture, box: Box, rng: np.random.Generator) -> Picture:
    """The copy: another colour, another sharpness, another place, at least one of them visible."""
    copy = _colour(image, rng) if rng.random() < 0.8 else image
    if rng.random() < 0.7:
        copy = _wear(copy, rng)
    return _moved(copy, box, rng)


def _colour(image: Picture, rng: np.random.Generator) -> Picture:
    shift = rng.normal(0, 7, size=3)
    gain = rng.normal(1, 0.07)
    values = np.arange(256)
    tables = np.clip((values - 128) * gain + 128 + shift[:, None], 0, 255).astype(int)
    return image.point(tables.ravel().tolist())


def _wear(image: Picture, rng: np.random.Generator) -> Picture:
    kind = rng.integers(4)
    if kind == 0:
        return degrade.sharpen(image, rng.uniform(0.3, 1.5))
    if kind == 1:
        return degrade.downscale(image, rng.uniform(0.35, 0.85))
    if kind == 2:
        return degrade.blur(image, rng.uniform(0.4, 1.5))
    return degrade.jpeg(image, int(rng.integers(40, 90)))


def _moved(image: Picture, box: Box, rng: np.random.Generator) -> Picture:
    """Up to 3 % of the face aside and 4 % larger or smaller, as a misplaced swap."""
    face = max(box.width, box.height)
    dx, dy = rng.uniform(-0.03, 0.03, size=2) * face
    sx, sy = rng.uniform(0.96, 1.04, size=2)
    cx, cy = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    matrix = (sx, 0.0, cx - sx * cx + dx, 0.0, sy, cy - sy * cy + dy)
    moved = image.transform(
        image.size, Image.Transform.AFFINE, matrix, resample=Image.Resampling.BILINEAR
    )
    inside = Image.new("L", image.size, 255).transform(
        image.size, Image.Transform.AFFINE, matrix, resample=Image.Resampling.NEAREST
    )
    return Image.composite(moved, image, inside)
