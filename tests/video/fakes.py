"""The portrait in examples/ as a face for clips, and fakes made of itself anew for every frame: they flicker."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image
from tests.conftest import ROOT
from tests.video.clips import Scene, Square

from unmask.training.blend import face_mask, self_blended
from unmask.types import Box

SIDE = 96
FACE = Box(11, 8, 85, 94)
"""Where the face lies in the square that is cut from the portrait."""
WIDE = Box(-4, -4, 100, 100)
EDGE = (230, 0, 230)
"""A thin line around the face, by which the tests' finder knows it."""


@cache
def real() -> np.ndarray:
    """In cold light, so that the tiny detector, to which red means fake, calls her real."""
    with Image.open(ROOT / "examples" / "collins.jpg") as image:
        face = image.convert("RGB").crop((160, 52, 288, 180)).resize((SIDE, SIDE))
    return _lit(np.asarray(face), 0.55, 1.3)


@cache
def fake(seed: int) -> np.ndarray:
    """Blended with a slightly changed copy of herself, and with a warm one."""
    rng = np.random.default_rng(seed)
    blended = self_blended(Image.fromarray(real()), FACE, rng)
    mask = face_mask(SIDE, WIDE, rng).point(lambda v: min(v * 2, 255))
    warm = Image.fromarray(_lit(real(), 5, 0.0))
    return np.asarray(Image.composite(warm, blended, mask))


def walking(faked: bool, left: float = 20, step: float = 0.6, side: int = 60) -> Scene:
    """One person; a fake one is made anew in every frame, as a swap done frame by frame is."""
    return lambda number: [person(left + step * number, side, number if faked else None)]


def person(left: float, side: int = 60, seed: int | None = None) -> Square:
    face = real() if seed is None else fake(seed)
    pixels = np.array(Image.fromarray(face).resize((side, side)))
    pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:] = (EDGE,) * 4
    return Square(left, 24, side, pixels)


def _lit(pixels: np.ndarray, red: float, blue: float) -> np.ndarray:
    return (pixels * np.array([red, 1.0, blue])).clip(0, 255).astype(np.uint8)
