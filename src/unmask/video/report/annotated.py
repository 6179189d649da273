"""A clip and its VideoAnalysis in, an MP4 with boxes, answers and scores out; the sound stays behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from unmask.errors import InputError
from unmask.reports import overlay, wording
from unmask.types import Pixels
from unmask.video.clip import VideoAnalysis
from unmask.video.frames import VideoLimits, decoded, pyav, upright

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
    reach = _reach(analysis)
    with pyav().open(str(out), "w", format="mp4") as container:
        writer = _Writer(container)
        for time, picture in _readable(path, analysis, limits):
            writer.write(time, draw(analysis, upright(picture), time, reach))
            if progress is not None:
                progress(time)
        writer.close()


def draw(analysis: VideoAnalysis, pixels: Pixels, time: float, reach: float) -> Pixels:
    """A copy with every person framed who was seen within `reach` seconds."""
    image = Image.fromarray(pixels)
    pen = ImageDraw.Draw(image)
    for track in analysis.tracks:
        box = track.box_at(time, reach)
        if box is not None:
            chance = wording.percent(track.probability_at(time))
            words = f"{track.number}  {wording.SHORT[track.verdict.label]}  fake: {chance}"
            overlay.frame(pen, box, track.verdict.label, words)
    return np.asarray(image)


def _reach(analysis: VideoAnalysis) -> float:
    """A box outlives its last sighting by the usual gap between two samples."""
    gaps = [b - a for a, b in pairwise(analysis.sampled)]
    return max(1.5 * median(gaps), 1.0) if gaps else 1.0


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
