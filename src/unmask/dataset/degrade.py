"""Pixels -> Pixels: the damage that pictures take on their way, one plain function each, the size unchanged."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from unmask.pixels import resize
from unmask.types import Pixels

Damage = Callable[[Pixels, np.random.Generator], Pixels]


def jpeg(pixels: Pixels, quality: int) -> Pixels:
    """Saved as JPEG with coarse colour, as nearly every site does."""
    return _saved(pixels, "JPEG", quality=quality)


def webp(pixels: Pixels, quality: int) -> Pixels:
    return _saved(pixels, "WEBP", quality=quality, method=0)


def downscale(pixels: Pixels, share: float) -> Pixels:
    """Made smaller to this share of its sides, then brought back: the detail is gone for good."""
    height, width = pixels.shape[:2]
    small = resize(pixels, max(round(width * share), 1), max(round(height * share), 1))
    return resize(small, width, height)


def blur(pixels: Pixels, radius: float) -> Pixels:
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius)))


def sharpen(pixels: Pixels, amount: float) -> Pixels:
    """Unsharp masking, as phones do it; `amount` 1 adds all of the difference to a blurred copy."""
    mask = ImageFilter.UnsharpMask(radius=1.5, percent=round(100 * amount), threshold=0)
    return np.asarray(Image.fromarray(pixels).filter(mask))


def noise(pixels: Pixels, deviation: float, rng: np.random.Generator) -> Pixels:
    """Sensor noise: Gaussian, in grey levels."""
    grain = rng.standard_normal(pixels.shape, dtype=np.float32) * np.float32(deviation)
    return np.clip(pixels + grain, 0, 255).astype(np.uint8)


def grey(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).convert("L").convert("RGB"))


def gamma(pixels: Pixels, power: float) -> Pixels:
    table = np.round(255 * (np.arange(256) / 255) ** power).astype(int).tolist()
    return np.asarray(Image.fromarray(pixels).point(table * 3))


def brightness(pixels: Pixels, factor: float) -> Pixels:
    return np.asarray(ImageEnhance.Brightness(Image.fromarray(pixels)).enhance(factor))


def contrast(pixels: Pixels, factor: float) -> Pixels:
    return np.asarray(ImageEnhance.Contrast(Image.fromarray(pixels)).enhance(factor))


def saturation(pixels: Pixels, factor: float) -> Pixels:
    return np.asarray(ImageEnhance.Color(Image.fromarray(pixels)).enhance(factor))


def screenshot(pixels: Pixels, share: float, filter_: Image.Resampling) -> Pixels:
    """Shown at another size and captured: two resamplings by a browser's filter, never ours.

    Displays use other filters than the project's one resize; that difference is the damage.
    """
    height, width = pixels.shape[:2]
    shown = (max(round(width * share), 1), max(round(height * share), 1))
    image = Image.fromarray(pixels).resize(shown, filter_)
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))


def delivered(pixels: Pixels, rng: np.random.Generator, strength: float = 1.0) -> Pixels:
    """A random journey: a look, a size, a little wear, and one or two rounds of saving."""
    for chance, damage in _JOURNEY:
        if rng.random() < chance * strength:
            pixels = damage(pixels, rng)
    return pixels


def _saved(pixels: Pixels, kind: str, **options: int) -> Pixels:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    with Image.open(buffer, formats=[kind]) as image:
        return np.asarray(image.convert("RGB"))


def _any_jpeg(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    return jpeg(pixels, int(rng.integers(30, 97)))


def _any_webp(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    return webp(pixels, int(rng.integers(35, 96)))


def _any_screenshot(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    filters = (
        Image.Resampling.NEAREST,
        Image.Resampling.BILINEAR,
        Image.Resampling.BICUBIC,
        Image.Resampling.LANCZOS,
    )
    return screenshot(pixels, rng.uniform(0.6, 1.5), filters[rng.integers(4)])


_JOURNEY: tuple[tuple[float, Damage], ...] = (
    (0.15, lambda p, rng: gamma(p, 2 ** rng.uniform(-0.6, 0.6))),
    (0.15, lambda p, rng: contrast(p, rng.uniform(0.7, 1.3))),
    (0.10, lambda p, rng: saturation(p, rng.uniform(0.5, 1.5))),
    (0.05, lambda p, rng: grey(p)),
    (0.20, _any_jpeg),
    (0.30, lambda p, rng: downscale(p, rng.uniform(0.3, 0.95))),
    (0.12, lambda p, rng: blur(p, rng.uniform(0.3, 1.8))),
    (0.12, lambda p, rng: sharpen(p, rng.uniform(0.2, 1.5))),
    (0.12, lambda p, rng: noise(p, rng.uniform(1, 10), rng)),
    (0.15, _any_screenshot),
    (0.60, _any_jpeg),
    (0.08, _any_webp),
)
