"""Picture -> picture: the damage that pictures take on their way, one plain function each, the size unchanged.

Pillow holds the picture from one to the next: going through an array each time would cost a
training picture more than some of the damage does.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from unmask.pixels import resized

Picture = Image.Image
Damage = Callable[[Picture, np.random.Generator], Picture]


def jpeg(image: Picture, quality: int) -> Picture:
    """Saved as JPEG with coarse colour, as nearly every site does."""
    return _saved(image, "JPEG", quality=quality)


def webp(image: Picture, quality: int) -> Picture:
    return _saved(image, "WEBP", quality=quality, method=0)


def downscale(image: Picture, share: float) -> Picture:
    """Made smaller to this share of its sides, then brought back: the detail is gone for good."""
    width, height = image.size
    small = resized(image, max(round(width * share), 1), max(round(height * share), 1))
    return resized(small, width, height)


def saved_small(image: Picture, share: float, quality: int) -> Picture:
    """Made smaller, saved as JPEG at that size, then brought back: a preview that someone passed on."""
    width, height = image.size
    small = resized(image, max(round(width * share), 1), max(round(height * share), 1))
    return resized(jpeg(small, quality), width, height)


def blur(image: Picture, radius: float) -> Picture:
    return image.filter(ImageFilter.GaussianBlur(radius))


def sharpen(image: Picture, amount: float) -> Picture:
    """Unsharp masking, as phones do it; `amount` 1 adds all of the difference to a blurred copy."""
    return image.filter(
        ImageFilter.UnsharpMask(radius=1.5, percent=round(100 * amount), threshold=0)
    )


def noise(image: Picture, deviation: float, rng: np.random.Generator) -> Picture:
    """Sensor noise: Gaussian, in grey levels."""
    pixels = np.asarray(image)
    grain = rng.standard_normal(pixels.shape, dtype=np.float32) * np.float32(deviation)
    return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))


def grey(image: Picture) -> Picture:
    return image.convert("L").convert("RGB")


def gamma(image: Picture, power: float) -> Picture:
    table = np.round(255 * (np.arange(256) / 255) ** power).astype(int).tolist()
    return image.point(table * 3)


def brightness(image: Picture, factor: float) -> Picture:
    return ImageEnhance.Brightness(image).enhance(factor)


def contrast(image: Picture, factor: float) -> Picture:
    return ImageEnhance.Contrast(image).enhance(factor)


def saturation(image: Picture, factor: float) -> Picture:
    return ImageEnhance.Color(image).enhance(factor)


def screenshot(image: Picture, share: float, filter_: Image.Resampling) -> Picture:
    """Shown at another size and captured: two resamplings by a browser's filter, never ours.

    Displays use other filters than the project's one resize; that difference is the damage.
    """
    width, height = image.size
    shown = (max(round(width * share), 1), max(round(height * share), 1))
    return image.resize(shown, filter_).resize((width, height), Image.Resampling.BICUBIC)


def delivered(image: Picture, rng: np.random.Generator, strength: float = 1.0) -> Picture:
    """A random journey: a look, a size, a little wear, and one or two rounds of saving."""
    for chance, damage in _JOURNEY:
        if rng.random() < chance * strength:
            image = damage(image, rng)
    return image


def _saved(image: Picture, kind: str, **options: int) -> Picture:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    with Image.open(buffer, formats=[kind]) as saved:
        return saved.convert("RGB")


def _any_jpeg(image: Picture, rng: np.random.Generator) -> Picture:
    return jpeg(image, int(rng.integers(30, 97)))


def _any_saved_small(image: Picture, rng: np.random.Generator) -> Picture:
    return saved_small(image, rng.uniform(0.35, 0.8), int(rng.integers(40, 96)))


def _any_webp(image: Picture, rng: np.random.Generator) -> Picture:
    return webp(image, int(rng.integers(35, 96)))


def _any_screenshot(image: Picture, rng: np.random.Generator) -> Picture:
    filters = (
        Image.Resampling.NEAREST,
        Image.Resampling.BILINEAR,
        Image.Resampling.BICUBIC,
        Image.Resampling.LANCZOS,
    )
    return screenshot(image, rng.uniform(0.6, 1.5), filters[rng.integers(4)])


_JOURNEY: tuple[tuple[float, Damage], ...] = (
    (0.15, lambda p, rng: gamma(p, 2 ** rng.uniform(-0.6, 0.6))),
    (0.15, lambda p, rng: contrast(p, rng.uniform(0.7, 1.3))),
    (0.10, lambda p, rng: saturation(p, rng.uniform(0.5, 1.5))),
    (0.05, lambda p, rng: grey(p)),
    (0.20, _any_jpeg),
    (0.22, lambda p, rng: downscale(p, rng.uniform(0.3, 0.95))),
    (0.12, lambda p, rng: blur(p, rng.uniform(0.3, 1.8))),
    (0.12, lambda p, rng: sharpen(p, rng.uniform(0.2, 1.5))),
    (0.12, lambda p, rng: noise(p, rng.uniform(1, 10), rng)),
    (0.15, _any_screenshot),
    (0.25, _any_saved_small),
    (0.55, _any_jpeg),
    (0.08, _any_webp),
)
