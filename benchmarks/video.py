"""A clip of 30 seconds, a live picture, key frames against all frames, and memory: made from the portrait."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import av
import numpy as np
from PIL import Image

from benchmarks.row import Row
from benchmarks.subject import PORTRAIT, Subject
from unmask.training.blend import self_blended
from unmask.types import Box, Pixels
from unmask.video import Look, VideoAnalysis, analyze_video
from unmask.video.live import LiveAnalyzer
from unmask.video.report.annotated import CODECS
from unmask.video.sampling import SamplePlan

SECONDS, RATE = 30, 30
FACE = Box(178, 64, 271, 176)
"""Where the face lies in the portrait."""
LIVE_FRAMES = 90


def rows(subject: Subject) -> Iterator[Row]:
    look = Look.open(subject.detector, faces=not subject.whole_picture)
    with tempfile.TemporaryDirectory() as work:
        path = _clip(Path(work) / "clip.mp4", SECONDS)
        used = time.process_time()
        taken, found = _timed(path, look)
        used = time.process_time() - used
        yield Row("30 s of 720p, one face: share of its length", taken / SECONDS, "", at_most=0.25)
        yield Row("30 s of 720p, one face: processor time", used, "s")
        yield Row("30 s of 720p: frames looked at", len(found.sampled), "")
        yield Row("30 s of 720p: persons found", len(found.tracks), "", at_most=1)
        yield Row("live, 640 x 480: frames a second", _live(look), "", at_least=15)
        yield from _keys(Path(work), look)
        yield from _memory(Path(work), subject)


def _keys(work: Path, look: Look) -> Iterator[Row]:
    """The portrait as it is, and a fake made of it anew in every frame."""
    for name, blended in (("portrait", False), ("flickering fake", True)):
        path = _clip(work / "short.mp4", 10, blended=blended)
        every, one = _timed(path, look, SamplePlan(every=1 / RATE))
        keys, other = _timed(path, look, SamplePlan(keys_only=True))
        yield Row(f"{name}: key frames, times as fast as all", every / keys, "", at_least=5)
        same = one.verdict.label is other.verdict.label
        yield Row(f"{name}: key frames, same verdict as all", float(same), "", at_least=1)


def _memory(work: Path, subject: Subject) -> Iterator[Row]:
    peaks = [
        _peak(_clip(work / "memory.mp4", seconds, (640, 360)), subject) for seconds in (10, 150)
    ]
    yield Row("a clip of 10 s: peak memory", peaks[0], "MB")
    yield Row("a clip of 150 s: times the memory of 10 s", peaks[1] / peaks[0], "", at_most=1.1)


def _peak(path: Path, subject: Subject) -> float:
    program = (
        "import resource, sys; from unmask.video import *; "
        "analyze_video(sys.argv[1], Look.open(sys.argv[2], faces=sys.argv[3] == 'True')); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    command = [sys.executable, "-c", program, path, subject.detector]
    done = subprocess.run(
        [*command, str(not subject.whole_picture)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def _timed(path: Path, look: Look, plan: SamplePlan = SamplePlan()) -> tuple[float, VideoAnalysis]:
    began = time.perf_counter()
    found = analyze_video(path, look, plan)
    return time.perf_counter() - began, found


def _live(look: Look) -> float:
    frames = [_frame(number, (640, 480)) for number in range(LIVE_FRAMES)]
    live = LiveAnalyzer(look)
    live.push(frames[0], 0.0)
    began = time.perf_counter()
    for number, frame in enumerate(frames, start=1):
        live.push(frame, number / RATE)
    return LIVE_FRAMES / (time.perf_counter() - began)


def _clip(
    path: Path, seconds: int, size: tuple[int, int] = (1280, 720), blended: bool = False
) -> Path:
    codec = next(name for name in CODECS if name in av.codecs_available)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.bit_rate, stream.gop_size = 4_000_000, 2 * RATE
        for number in range(seconds * RATE):
            pixels = _frame(number, size, blended)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode())
    return path


def _frame(number: int, size: tuple[int, int], blended: bool = False) -> Pixels:
    """The portrait, walking slowly to and fro before a grey wall."""
    width, height = size
    portrait = _portrait()
    if blended:
        portrait = self_blended(portrait, FACE, np.random.default_rng(number))
    face = portrait.resize((height // 2, height // 2))
    wall = Image.new("RGB", size, (120, 120, 125))
    way = np.sin(number / 300) * 0.5 + 0.5
    wall.paste(face, (round(way * (width - height // 2)), height // 4))
    return np.asarray(wall)


@cache
def _portrait() -> Image.Image:
    with Image.open(PORTRAIT) as image:
        return image.convert("RGB")
