"""The grid of the robustness check: what may happen to a picture on its way, each step with a name and a strength."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from unmask.dataset import degrade
from unmask.pixels import as_picture, cut, jpeg, resize
from unmask.types import Box, Pixels

SEED = 20


@dataclass(frozen=True)
class Damage:
    """`family` groups strengths of one kind, mildest first; `apply` sees the face, for changes of framing."""

    family: str
    name: str
    apply: Callable[[Pixels, Box], Pixels]
    short: bool = False


def longest(pixels: Pixels, side: int) -> Pixels:
    """Made smaller until its longer side fits; a picture that fits already stays as it is."""
    return scaled(pixels, min(1.0, side / max(pixels.shape[:2])))


def scaled(pixels: Pixels, share: float) -> Pixels:
    height, width = pixels.shape[:2]
    return resize(pixels, max(round(width * share), 1), max(round(height * share), 1))


def framed(pixels: Pixels, face: Box, margin: float) -> Pixels:
    """Cropped to `margin` times the face, as far as the picture reaches."""
    height, width = pixels.shape[:2]
    extra_x, extra_y = face.width * (margin - 1) / 2, face.height * (margin - 1) / 2
    box = Box(
        max(face.left - extra_x, 0),
        max(face.top - extra_y, 0),
        min(face.right + extra_x, width),
        min(face.bottom + extra_y, height),
    )
    return cut(pixels, box)


def _on(pixels: Pixels, change: Callable[[degrade.Picture], degrade.Picture]) -> Pixels:
    return np.asarray(change(as_picture(pixels)))


def _jpeg(quality: int, short: bool = False) -> Damage:
    return Damage("JPEG", f"quality {quality}", lambda p, _: jpeg(p, quality), short)


def _webp(quality: int, short: bool = False) -> Damage:
    return Damage(
        "WebP", f"quality {quality}", lambda p, _: _on(p, lambda i: degrade.webp(i, quality)), short
    )


def _smaller(side: int, short: bool = False) -> Damage:
    return Damage("smaller", f"longest side {side} px", lambda p, _: longest(p, side), short)


def _blur(radius: float, short: bool = False) -> Damage:
    return Damage(
        "blur",
        f"radius {radius:g} px",
        lambda p, _: _on(p, lambda i: degrade.blur(i, radius)),
        short,
    )


def _noise(deviation: float, short: bool = False) -> Damage:
    """The same grain every time: a check must come out the same when it is run again."""

    def apply(pixels: Pixels, face: Box) -> Pixels:
        rng = np.random.default_rng(SEED)
        return _on(pixels, lambda image: degrade.noise(image, deviation, rng))

    return Damage("noise", f"{deviation:g} grey levels", apply, short)


def _twice(first: int, second: int, short: bool = False) -> Damage:
    """Shifted by three pixels in between, so that the two grids of blocks do not meet."""

    def apply(pixels: Pixels, face: Box) -> Pixels:
        return jpeg(jpeg(pixels, first)[3:, 3:], second)

    return Damage("double JPEG", f"{first}, then {second}", apply, short)


def _margin(margin: float, short: bool = False) -> Damage:
    return Damage(
        "framing", f"{margin:g} x the face", lambda p, face: framed(p, face, margin), short
    )


DELIVERY = Damage(
    "delivery", "half size, then JPEG 60", lambda p, _: jpeg(scaled(p, 0.5), 60), short=True
)
"""What a messenger does; the headline table asks for it on every picture."""

GRID: tuple[Damage, ...] = (
    *(_jpeg(q, q in (75, 40)) for q in (95, 85, 75, 60, 40, 20)),
    *(_webp(q, q == 60) for q in (90, 60, 30)),
    *(_smaller(side, side == 128) for side in (512, 256, 192, 128, 96)),
    *(_blur(radius, radius == 1) for radius in (0.5, 1, 2)),
    *(_noise(deviation, deviation == 5) for deviation in (2, 5, 10)),
    *(_twice(first, second, first == 60) for first, second in ((90, 75), (60, 85))),
    *(_margin(margin, margin == 1.3) for margin in (2.0, 1.6, 1.3, 1.1)),
)
SHORT = tuple(damage for damage in GRID if damage.short)
