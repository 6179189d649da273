"""A size in, real pictures of a face out: variations of one public-domain portrait that comes with the package.

Noise would hide what a changed graph does to pictures, so even a self-test looks at a photograph.
The portrait is NASA's of the astronaut Eileen Collins.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from unmask.pixels import cut, resize
from unmask.types import Box, Pixels

PORTRAIT = Path(__file__).parent / "portrait.jpg"

_FACE = (73.0, 92.0)
_SIDES = (110, 130, 150, 180)
_SHIFTS = (0, 12, -9)
_QUALITIES = (95, 60, 35)


def probes(size: int, count: int) -> Pixels:
    """The same pictures every time: framing, mirror image, light and JPEG quality differ."""
    portrait = np.asarray(Image.open(PORTRAIT).convert("RGB"))
    return np.stack([_variation(portrait, i, size) for i in range(count)])


def _variation(portrait: Pixels, i: int, size: int) -> Pixels:
    side = _SIDES[i % len(_SIDES)]
    shift = _SHIFTS[i % len(_SHIFTS)]
    left, top = _FACE[0] + shift - side / 2, _FACE[1] - shift - side / 2
    piece = resize(cut(portrait, Box(left, top, left + side, top + side)), size, size)
    light = 0.75 + 0.08 * (i % 7)
    lit = np.clip(piece[:, :: -1 if i % 2 else 1] * light, 0, 255).astype(np.uint8)
    return _saved(lit, _QUALITIES[i % len(_QUALITIES)])


def _saved(pixels: Pixels, quality: int) -> Pixels:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))
