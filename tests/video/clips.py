"""Clips of coloured squares that stand for faces: red ones are fake to the tiny detector, blue ones real.

Real faces, and fakes that flicker, are in fakes.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
from PIL import Image

from unmask.types import Box, DecodedImage, Face

RED, BLUE, MIDDLE = (220, 40, 40), (40, 40, 220), (150, 40, 120)
SIZE = (192, 108)
RATE = 25


class Square(NamedTuple):
    left: float
    top: float
    side: float
    colour: tuple[int, int, int] | np.ndarray
    """A colour, or the pixels of a face."""


CONTAINERS: dict[str, dict[str, Any]] = {
    "plain.mp4": {"codec": "mpeg4"},
    "streamed.mp4": {"codec": "libx264", "options": {"movflags": "frag_keyframe+empty_moov"}},
    "a.mkv": {"codec": "libx264"},
    "a.webm": {"codec": "libvpx"},
    "a.avi": {"codec": "mpeg4"},
    "a.ts": {"codec": "mpeg2video"},
    "a.gif": {"codec": "gif"},
}
"""Names of clips, and how `write` makes them."""

Scene = Callable[[int], Sequence[Square]]
"""The number of a frame in, the faces of that frame out."""


class ColourFinder:
    """Whatever is coloured is a face; faces must not share columns."""

    def find(self, image: DecodedImage) -> tuple[Face, ...]:
        pixels = image.pixels.astype(np.int16)
        coloured = pixels.max(axis=2) - pixels.min(axis=2) > 60
        edges = np.diff(np.concatenate([[0], coloured.any(axis=0).astype(np.int8), [0]]))
        pairs = zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)
        return tuple(
            Face(Box(float(a), float(rows[0]), float(b), float(rows[-1] + 1)), 0.9)
            for a, b in pairs
            if b - a >= 8 and len(rows := np.flatnonzero(coloured[:, a:b].any(axis=1)))
        )


def draw(squares: Sequence[Square], grey: int = 100) -> np.ndarray:
    pixels = np.full((SIZE[1], SIZE[0], 3), grey, np.uint8)
    for square in squares:
        left, top, side = (round(v) for v in square[:3])
        pixels[top : top + side, left : left + side] = square.colour
        if isinstance(square.colour, np.ndarray):
            continue
        # Two dark eyes: a plain square has no appearance to compare.
        for x in (left + side // 4, left + 5 * side // 8):
            pixels[top + side // 4 : top + side // 4 + side // 8, x : x + side // 8] = 30
    return pixels


def write(
    path: Path,
    scene: Scene,
    count: int = 50,
    codec: str = "mpeg4",
    every_key: int = 12,
    cuts: Sequence[int] = (),
    options: dict[str, str] | None = None,
) -> Path:
    """Writes so many frames; the background turns bright or dark at each cut."""
    if codec == "gif":  # FFmpeg's own writer has 8 shades of red and green, and 4 of blue
        return _gif(path, [draw(scene(number)) for number in range(count)])
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=RATE)
        stream.width, stream.height = SIZE
        stream.pix_fmt, stream.gop_size, stream.bit_rate = "yuv420p", every_key, 2_000_000
        for number in range(count):
            grey = (100, 200)[sum(number >= cut for cut in cuts) % 2]
            picture = av.VideoFrame.from_ndarray(draw(scene(number), grey), "rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def _gif(path: Path, frames: Sequence[np.ndarray]) -> Path:
    first, *rest = (Image.fromarray(pixels) for pixels in frames)
    first.save(path, save_all=True, append_images=rest, duration=1000 // RATE)
    return path


def moving(colour: tuple[int, int, int], left: float = 20, step: float = 0.6) -> Scene:
    return lambda number: [Square(left + step * number, 30, 40, colour)]
