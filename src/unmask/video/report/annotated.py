"""A clip and its VideoAnalysis in, an MP4 with boxes, answers and scores out; the same for a live picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from unmask.errors import InputError
from unmask.reports import overlay, wording
from unmask.types import Box, Label, Pixels
from unmask.video.clip import VideoAnalysis
from unmask.video.frames import VideoLimits, decoded, pyav, upright
from unmask.video.live import LiveFace

CODECS = ("libx264", "libopenh264", "mpeg4")
"""The first that this build of FFmpeg can write."""
TICKS = 12_800
"""Time steps in a second: fine enough for any rate, few enough for MPEG-4."""


def annotate(
    path: Path,
    analysis: VideoAnalysis,
    out: Path,
    limits: VideoLimits = VideoLimits(),
    progress: Callable[[float], None] | None = None,
) -> None:
    """Every frame, as far as the clip was analysed, at its own time."""
    with pyav().open(str(out), "w", format="mp4") as container:
        writer = _Writer(container)
        for time, picture in _readable(path, analysis, limits):
            writer.write(time, draw(analysis, upright(picture), time))
            if progress is not None:
                progress(time)
        writer.close()


def draw(analysis: VideoAnalysis, pixels: Pixels, time: float) -> Pixels:
    """A copy with everybody framed who was seen about this time."""
    image = Image.fromarray(pixels)
    pen = ImageDraw.Draw(image)
    for track in analysis.tracks:
        box = track.box_at(time, analysis.sampled)
        if box is not None:
            chance = track.probability_at(time)
            _frame(pen, box, track.number, track.verdict.label, chance)
    return np.asarray(image)


def draw_live(pixels: Pixels, faces: tuple[LiveFace, ...], rate: float) -> Pixels:
    """Boxes, answers and scores, and the frames a second in the corner."""
    image = Image.fromarray(pixels)
    pen = ImageDraw.Draw(image)
    for face in faces:
        label = face.verdict.label if face.verdict else Label.INCONCLUSIVE
        _frame(pen, face.face.box, face.number, label, face.smoothed_probability)
    told = f"{rate:.0f} frames a second"
    pen.text((6, 4), told, fill=(255, 255, 255), stroke_width=2, stroke_fill=(0, 0, 0))
    return np.asarray(image)


def _frame(pen: ImageDraw.ImageDraw, box: Box, number: int, label: Label, chance: float) -> None:
    words = f"{number}  {wording.SHORT[label]}  fake: {wording.percent(chance)}"
    overlay.frame(pen, box, label, words)


def _readable(
    path: Path, analysis: VideoAnalysis, limits: VideoLimits
) -> Iterator[tuple[float, Any]]:
    """Ends where the analysis ended; damage behind the first frame is an end too."""
    end, some = analysis.sampled[-1], False
    try:
        for time, picture in decoded(path, False, limits):
            if not analysis.complete and time > end:
                return
            some = True
            yield time, picture
    except InputError:
        if not some:
            raise


class _Writer:
    """Opens its stream with the first frame: only that tells the upright size."""

    def __init__(self, container: Any) -> None:
        self._container, self._last = container, -1
        self._stream: Any = None

    def write(self, time: float, pixels: Pixels) -> None:
        tick = round(time * TICKS)
        if tick <= self._last:
            return
        self._stream = self._stream or self._open(pixels)
        even = pixels[: self._stream.height, : self._stream.width]
        if even.shape[:2] != (self._stream.height, self._stream.width):
            return  # a clip that changes its size on the way
        frame = pyav().VideoFrame.from_ndarray(np.ascontiguousarray(even), "rgb24")
        frame.pts, frame.time_base, self._last = tick, Fraction(1, TICKS), tick
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        if self._stream is not None:
            self._container.mux(self._stream.encode())

    def _open(self, pixels: Pixels) -> Any:
        codec = next(name for name in CODECS if name in pyav().codecs_available)
        stream = self._container.add_stream(codec, rate=25)
        height, width = (max(side // 2 * 2, 2) for side in pixels.shape[:2])
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, TICKS)
        stream.bit_rate = max(4 * width * height, 500_000)
        return stream
