"""A cached face -> the square that the network trains on: moved, turned, recoloured and damaged by chance."""

from __future__ import annotations

import numpy as np
from PIL import Image

from unmask.dataset import degrade
from unmask.dataset.degrade import Picture
from unmask.pixels import as_picture, cut, resized
from unmask.stages.crops import fit, region, square
from unmask.training.blend import self_blended
from unmask.training.config import Augment, Data
from unmask.training.develop import developed
from unmask.types import Box, CropSpec, Face, Pixels


def served(pixels: Pixels, box: Box, margin: float, size: int) -> Pixels:
    """Exactly what serving would see: no chance in it."""
    spec, face = CropSpec(size, margin), Face(box, 1.0)
    return fit(region(pixels, box, spec), face, spec).pixels


class Augmenter:
    """Makes one training picture; everything random comes from the generator handed in."""

    def __init__(self, augment: Augment, data: Data, size: int) -> None:
        self.augment, self.data, self.size = augment, data, size

    def __call__(
        self, pixels: Pixels, box: Box, rng: np.random.Generator, blend: bool = False
    ) -> Pixels:
        frame, damaged = self._frame(pixels, box, rng), rng.random() < self.augment.damage
        piece = self._bounded(cut(pixels, frame), blend or damaged, rng)
        face = _inside(box, frame, piece.width)
        if blend:
            piece = self_blended(piece, face, rng)
        if self.augment.develop and rng.random() < self.augment.develop:
            piece = developed(piece, face, rng)
        piece = self._turned(piece, rng)
        if rng.random() < self.augment.flip:
            piece = piece.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        piece = self._recoloured(piece, rng)
        if damaged:
            piece = degrade.delivered(piece, rng)
        return np.asarray(resized(piece, self.size, self.size))

    def _bounded(self, piece: Pixels, worked_on: bool, rng: np.random.Generator) -> Picture:
        """Damage is dear on large squares: half of it is done at the network's size, half at a quarter more.

        So traces of saving reach the network both as they are and made smaller, as they do from
        faces of any size.
        """
        larger = worked_on and rng.random() < 0.5
        side = min(max(piece.shape[:2]), self.size * 5 // 4 if larger else self.size)
        return resized(as_picture(piece), side, side)

    def _frame(self, pixels: Pixels, box: Box, rng: np.random.Generator) -> Box:
        """The serving square with another margin, zoomed and pushed aside."""
        a, side = self.augment, pixels.shape[0]
        margin = rng.uniform(self.data.margin_low, self.data.margin_high)
        frame = square(box, margin, side, side)
        width = min(frame.width * (1 + a.zoom * rng.uniform(-1, 1)), side)
        slack, reach = (frame.width - width) / 2, a.shift * frame.width
        # Kept inside what was cached, as serving keeps it inside the picture: no edge to invent.
        left, top = (
            min(max(start + slack + reach * rng.uniform(-1, 1), 0.0), side - width)
            for start in (frame.left, frame.top)
        )
        return Box(left, top, left + width, top + width)

    def _turned(self, image: Picture, rng: np.random.Generator) -> Picture:
        a = self.augment
        if not (a.rotation or a.shear) or rng.random() >= a.rotate_chance:
            return image
        angle = np.deg2rad(rng.uniform(-a.rotation, a.rotation))
        shear = rng.uniform(-a.shear, a.shear)
        cos, sin, middle = np.cos(angle), np.sin(angle), image.height / 2
        across, down = (cos, sin + shear), (-sin, cos)
        matrix = tuple(
            v for row in (across, down) for v in (*row, middle - middle * (row[0] + row[1]))
        )
        return image.transform(
            image.size,
            Image.Transform.AFFINE,
            matrix,
            resample=Image.Resampling.BILINEAR,
            fillcolor=tuple(int(v) for v in np.asarray(image)[::8, ::8].mean((0, 1))),
        )

    def _recoloured(self, image: Picture, rng: np.random.Generator) -> Picture:
        """Brightness, contrast and white balance in one table per channel: one pass over the pixels."""
        a = self.augment
        if not (a.brightness or a.contrast or a.colour):
            return image
        gain = 1 + a.contrast * rng.uniform(-1, 1)
        lift = 255 * a.brightness * rng.uniform(-1, 1)
        tint = 1 + a.colour * rng.uniform(-1, 1, size=3)
        values = (np.arange(256) - 128) * gain + 128 + lift
        tables = np.clip(values * tint[:, None], 0, 255).astype(int)
        return image.point(tables.ravel().tolist())


def _inside(box: Box, frame: Box, side: int) -> Box:
    scale = side / frame.width
    return Box(
        (box.left - frame.left) * scale,
        (box.top - frame.top) * scale,
        (box.right - frame.left) * scale,
        (box.bottom - frame.top) * scale,
    )
