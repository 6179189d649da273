"""`unmask live`: a camera, a stream or a file in, faces with rolling verdicts on a window or as lines of JSON."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from unmask.apps.cli import options
from unmask.apps.cli.terminal import remark
from unmask.errors import ConfigError
from unmask.reports.schema import plain
from unmask.video import Look
from unmask.video.capture import SCHEMES, Newest, camera, newest, played, stream
from unmask.video.frames import Frame
from unmask.video.live import LiveAnalyzer, LiveFace

EXAMPLES = """
\b
Examples:
  unmask live
  unmask live --source rtsp://camera.local/stream
  unmask live --source clip.mp4 --headless | jq -c '.faces[].verdict.label'
"""
RECENT = 30
"""Frames over which the rate is taken."""


@click.command(epilog=EXAMPLES, short_help="Watch a camera or a stream.")
@options.detector
@options.false_alarm_rate
@options.whole_picture
@click.option("--camera", "number", type=int, default=0, show_default=True, metavar="N")
@click.option("--source", metavar="FILE_OR_RTSP", help="Instead of a camera.")
@click.option("--headless", is_flag=True, help="No window: one line of JSON for each frame.")
@click.option("--seconds", type=float, metavar="SECONDS", help="End after so long.")
def live(
    detector: tuple[str, ...],
    false_alarm_rate: float | None,
    whole_picture: bool,
    number: int,
    source: str | None,
    headless: bool,
    seconds: float | None,
) -> None:
    """Watch a camera or a stream: boxes and rolling verdicts in real time.

    In the window, q quits and s saves a report. What comes too fast is dropped, never queued.
    """
    window = None if headless else _window()
    settings = options.chosen(detector, false_alarm_rate)
    look = Look.open(
        *settings.detector, faces=not whole_picture, false_alarm_rate=settings.false_alarm_rate
    )
    analyzer = LiveAnalyzer(look)
    for found, faces, rate in _watched(_frames(number, source), analyzer, seconds):
        if window is None:
            click.echo(json.dumps(_line(found, faces, rate)))
        elif not window(analyzer, found.frame, faces, rate):
            return


def _window() -> Any:
    """Asked for early: a missing extra is told before a camera is opened."""
    from unmask.apps.cli.live_window import Window

    return Window(remark)


def _frames(number: int, source: str | None) -> Iterator[Frame]:
    if source is None:
        return camera(number)
    if source.startswith(SCHEMES):
        return stream(source)
    if "://" in source:
        raise ConfigError(f"{source} is not a stream. Give one of {', '.join(SCHEMES)} or a file.")
    return played(Path(source))


def _watched(
    frames: Iterator[Frame], analyzer: LiveAnalyzer, seconds: float | None
) -> Iterator[tuple[Newest, tuple[LiveFace, ...], float]]:
    """With the frames answered a second."""
    began, ends = time.monotonic(), deque[float](maxlen=RECENT)
    for found in newest(frames):
        faces = analyzer.push(found.frame.pixels, found.frame.time)
        ends.append(time.monotonic())
        span = ends[-1] - (ends[0] if len(ends) > 1 else began)
        yield found, faces, max(len(ends) - 1, 1) / max(span, 1e-6)
        if seconds is not None and ends[-1] - began > seconds:
            return


def _line(found: Newest, faces: tuple[LiveFace, ...], rate: float) -> dict[str, Any]:
    return {
        "time": round(found.frame.time, 3),
        "frames_per_second": round(rate, 1),
        "dropped": found.dropped,
        "faces": plain(faces),
    }
