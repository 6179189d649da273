"""A composed picture in, the same picture as the world delivers it out: turned, dark, blurred, grey, saved badly."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageFilter

from unmask.pixels import as_picture
from unmask.stages.faces.looks import PAD
from unmask.training.finder.pieces import Boxes, Rng
from unmask.types import Pixels


def damage(pixels: Pixels, boxes: Boxes, rng: Rng) -> tuple[Pixels, Boxes]:
    if rng.random() < 0.5:
        pixels, boxes = pixels[:, ::-1], _flip(boxes, pixels.shape[1])
    if rng.random() < 0.25:
        pixels, boxes = _turn(pixels, boxes, rng.uniform(-35, 35))
    return _spoil(pixels, rng), boxes


def _spoil(pixels: Pixels, rng: Rng) -> Pixels:
    image = as_picture(pixels)
    if rng.random() < 0.18:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.8)))
    light = _light(np.asarray(image), rng)
    if rng.random() < 0.25:
        light = _save(light, int(rng.integers(20, 85)))
    return light


def _light(pixels: Pixels, rng: Rng) -> Pixels:
    """One curve per channel through a table: brightness, contrast, colour cast; then grey and grain."""
    step = np.linspace(0, 1, 256, dtype=np.float32)
    gamma = np.exp(rng.uniform(-0.7, 0.7)) if rng.random() < 0.5 else 1.0
    gain = rng.uniform(0.15, 1.0) if rng.random() < 0.2 else rng.uniform(0.8, 1.2)
    cast = rng.uniform(0.8, 1.2, 3) if rng.random() < 0.4 else np.ones(3)
    curves = [(255 * (gain * c * step**gamma)).clip(0, 255).astype(np.uint8) for c in cast]
    out = np.stack([curve[pixels[..., i]] for i, curve in enumerate(curves)], axis=-1)
    if rng.random() < 0.12:
        out = np.repeat(out.mean(axis=-1, keepdims=True).astype(np.uint8), 3, axis=-1)
    if rng.random() < 0.15:
        grain = rng.normal(0, rng.uniform(2, 12), out.shape[:2])[..., None]
        out = (out + grain).clip(0, 255).astype(np.uint8)
    return out


def _save(pixels: Pixels, quality: int) -> Pixels:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("RGB"))


def _flip(boxes: Boxes, width: int) -> Boxes:
    flipped = boxes.copy()
    flipped[:, 0], flipped[:, 2] = width - boxes[:, 2], width - boxes[:, 0]
    return flipped


def _turn(pixels: Pixels, boxes: Boxes, degrees: float) -> tuple[Pixels, Boxes]:
    """Turns about the middle. Heads are round: a box keeps its size and only its middle moves."""
    half = np.array(pixels.shape[1::-1], np.float32) / 2
    image = as_picture(pixels)
    turned = image.rotate(degrees, Image.Resampling.BILINEAR, fillcolor=(PAD, PAD, PAD))
    sine, cosine = np.sin(np.deg2rad(degrees)), np.cos(np.deg2rad(degrees))
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2 - half
    moved = (
        middle @ np.array([[cosine, -sine], [sine, cosine]], np.float32) + half - (middle + half)
    )
    return np.asarray(turned), (boxes + np.tile(moved, 2)).astype(np.float32)
