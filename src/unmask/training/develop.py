"""A face -> the same face as a photographer would publish it: lit, toned, its ground out of focus, retouched.

Real photographs of today that were called fake share this look, and makers imitate it. It is given
to real and fake alike, so that it tells nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from unmask.dataset import degrade
from unmask.dataset.degrade import Picture
from unmask.types import Box

Step = Callable[[Picture, Box, np.random.Generator], Picture]


def developed(image: Picture, box: Box, rng: np.random.Generator) -> Picture:
    """Some of the steps, in the order in which light, lens and darkroom come."""
    for chance, step in _STEPS:
        if rng.random() < chance:
            image = step(image, box, rng)
    return image


def lit(image: Picture, box: Box, rng: np.random.Generator) -> Picture:
    """Light from one side: softly falling off, or with the edge of a shadow across the face."""
    x, y = _places(image, box)
    angle, width = rng.uniform(0, 2 * math.pi), 2 ** rng.uniform(-3.5, 1)
    across = math.cos(angle) * x + math.sin(angle) * y - rng.normal(0, 0.3)
    stops = rng.uniform(0.3, 1.8)
    shade = (1 + np.tanh(across / (2 * width))) / 2
    return _exposed(image, stops * (0.4 - shade))


def vignetted(image: Picture, box: Box, rng: np.random.Generator) -> Picture:
    """Darker towards the corners."""
    x, y = _places(image, box)
    return _exposed(image, -rng.uniform(0.1, 0.6) * (x * x + y * y))


def focused(image: Picture, box: Box, rng: np.random.Generator) -> Picture:
    """Everything around the head out of focus, as with a wide aperture."""
    x, y = _places(image, box)
    reach = np.hypot(x / rng.uniform(0.7, 1.0), (y + 0.1) / rng.uniform(0.8, 1.1))
    sharp = np.clip((1.25 - reach) / 0.25, 0, 1)
    mask = Image.fromarray((255 * sharp).astype(np.uint8))
    blurred = degrade.blur(image, rng.uniform(0.01, 0.05) * image.height)
    return Image.composite(image, blurred, mask)


def retouched(image: Picture, box: Box, rng: np.random.Generator) -> Picture:
    """Skin smoothed: small differences go, edges stay."""
    pixels = np.asarray(image, np.float32)
    soft = np.asarray(degrade.blur(image, rng.uniform(0.005, 0.02) * image.height), np.float32)
    gap = pixels - soft
    kept = 1 - rng.uniform(0.3, 0.9) * np.exp(-np.square(gap / rng.uniform(6, 18)))
    return _picture(soft + gap * kept)


def clear(image: Picture, box: Box, rng: np.random.Generator) -> Picture:
    """Local contrast: what editors call clarity."""
    radius, percent = rng.uniform(0.02, 0.08) * image.height, int(rng.integers(20, 90))
    return image.filter(ImageFilter.UnsharpMask(radius=radius, percent=percent, threshold=0))


def toned(image: Picture, box: Box, rng: np.random.Generator) -> Picture:
    """One curve for each colour: steeper or flatter, blacks lifted, shadows and lights of two tints."""
    level = np.arange(256) / 255
    bent = level ** (2 ** rng.uniform(-0.5, 0.5))
    curve = bent + rng.uniform(-0.25, 0.6) * (bent * bent * (3 - 2 * bent) - bent)
    black, white = rng.uniform(0, 0.14), rng.uniform(0.9, 1)
    tint = rng.normal(0, 0.04, (2, 3, 1))
    colours = black + (white - black) * curve + tint[0] * (1 - level) + tint[1] * level
    image = image.point(np.clip(255 * colours, 0, 255).astype(int).ravel().tolist())
    return degrade.saturation(image, 0.0 if rng.random() < 0.08 else rng.uniform(0.4, 1.5))


# Tone last: it colours shadow and light alike.
_STEPS: tuple[tuple[float, Step], ...] = (
    (0.5, lit),
    (0.35, focused),
    (0.2, retouched),
    (0.3, clear),
    (0.2, vignetted),
    (0.7, toned),
)


def _places(image: Picture, box: Box) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For every pixel how many widths and heights of the face it is off the face's middle."""
    x = (np.arange(image.width, dtype=np.float32) - (box.left + box.right) / 2) / box.width
    y = (np.arange(image.height, dtype=np.float32) - (box.top + box.bottom) / 2) / box.height
    return x[None, :], y[:, None]


def _exposed(image: Picture, stops: NDArray[np.floating]) -> Picture:
    return _picture(np.asarray(image, np.float32) * np.exp2(stops)[..., None])


def _picture(values: NDArray[np.floating]) -> Picture:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
