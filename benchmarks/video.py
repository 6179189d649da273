"""A clip of 30 seconds, a live picture, and key frames against all frames: made from the portrait."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
from PIL import Image

from benchmarks.row import Row
from benchmarks.subject import PORTRAIT, Subject
from unmask.types import Pixels
from unmask.video import Look, SamplePlan, VideoAnalysis, analyze_video
from unmask.video.live import LiveAnalyzer
from unmask.video.report.annotated import CODECS

SECONDS, RATE = 30, 30
LIVE_FRAMES = 90


def rows(subject: Subject) -> Iterator[Row]:
    look = Look.open(subject.detector, faces=not subject.whole_picture)
    with tempfile.TemporaryDirectory() as work:
        path = _clip(Path(work) / "clip.mp4", SECONDS)
        taken, found = _timed(lambda: analyze_video(path, look))
        yield Row("30 s of 720p, one face: share of its length", taken / SECONDS, "", at_most=0.25)
        yield Row("30 s of 720p: frames looked at", len(found.sampled), "")
        yield Row("30 s of 720p: persons found", len(found.tracks), "", at_most=1)
        yield Row("live, 640 x 480: frames a second", _live(look), "", at_least=15)
        yield from _keys(_clip(Path(work) / "short.mp4", 10), look)


def _keys(path: Path, look: Look) -> Iterator[Row]:
    every, one = _timed(lambda: analyze_video(path, look, SamplePlan(every=1 / RATE)))
    keys, other = _timed(lambda: analyze_video(path, look, SamplePlan(keys_only=True)))
    yield Row("key frames against every frame: times as fast", every / keys, "", at_least=5)
    same = one.verdict.label is other.verdict.label
    yield Row("key frames against every frame: same verdict", float(same), "", at_least=1)


def _timed(work: Callable[[], VideoAnalysis]) -> tuple[float, VideoAnalysis]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def _live(look: Look) -> float:
    frames = [_frame(number, (640, 480)) for number in range(LIVE_FRAMES)]
    live = LiveAnalyzer(look)
    live.push(frames[0], 0.0)
    began = time.perf_counter()
    for number, frame in enumerate(frames, start=1):
        live.push(frame, number / RATE)
    return LIVE_FRAMES / (time.perf_counter() - began)


def _clip(path: Path, seconds: int) -> Path:
    codec = next(name for name in CODECS if name in av.codecs_available)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        stream.bit_rate, stream.gop_size = 4_000_000, 2 * RATE
        for number in range(seconds * RATE):
            picture = av.VideoFrame.from_ndarray(_frame(number, (1280, 720)), "rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def _frame(number: int, size: tuple[int, int]) -> Pixels:
    """The portrait, walking slowly to and fro before a grey wall."""
    width, height = size
    with Image.open(PORTRAIT) as image:
        portrait = image.convert("RGB").resize((height // 2, height // 2))
    wall = Image.new("RGB", size, (120, 120, 125))
    way = np.sin(number / 300) * 0.5 + 0.5
    wall.paste(portrait, (round(way * (width - height // 2)), height // 4))
    return np.asarray(wall)
