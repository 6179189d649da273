"""Settings -> two tabs of the Gradio page: a clip judged person by person, and a camera that is watched."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr

from unmask import __version__
from unmask.apps.desk import shelf
from unmask.apps.gradio_errors import said
from unmask.apps.settings import Settings
from unmask.errors import InputError
from unmask.reports import card, wording
from unmask.reports.about import About
from unmask.types import Pixels
from unmask.video import Look, VideoAnalysis, analyze_video
from unmask.video.live import LiveAnalyzer, LiveFace
from unmask.video.report import html, pdf, words
from unmask.video.report.annotated import annotate, draw_live
from unmask.video.report.data import to_json

Chosen = Sequence[gr.components.Component]

EVERY = 0.1
"""Seconds between two frames that the browser sends."""
FORGOTTEN = 600
"""Seconds after which a camera that was closed leaves the memory."""
CAMERAS = 8
"""Watched at a time; one more waits until one is stopped."""
WATCH = 3600
"""Seconds for which a camera is watched at a time."""
PROGRESS = gr.Progress()


class Looks:
    """Opens each choice of detectors once; safe to call from many threads."""

    def __init__(self, settings: Settings) -> None:
        self._default = settings.detector
        self._look = lru_cache(maxsize=8)(self._open)

    def chosen(self, detectors: Sequence[str], budget: float) -> Look:
        return self._look(tuple(detectors) or self._default, budget)

    def _open(self, detectors: tuple[str, ...], budget: float) -> Look:
        return Look.open(*detectors, false_alarm_rate=budget)


class Watch:
    """One browser's camera: its faces, and the frames answered a second."""

    def __init__(self, look: Look) -> None:
        self.look, self.live = look, LiveAnalyzer(look)
        self._ends: deque[float] = deque(maxlen=20)

    def push(self, pixels: Pixels) -> tuple[Pixels, str]:
        faces = self.live.push(pixels)
        self._ends.append(time.monotonic())
        span = self._ends[-1] - self._ends[0]
        rate = (len(self._ends) - 1) / span if span else 0.0
        return draw_live(pixels, faces, rate), _rows(faces)


def clip(settings: Settings, chosen: Chosen) -> None:
    """A file in; the answer for each person, the clip with boxes, and reports out."""
    looks = Looks(settings)
    file = gr.File(label="Video", file_types=["video"], type="filepath")
    button = gr.Button("Analyze clip", variant="primary")
    answer = gr.HTML()
    shown = gr.Video(label="With boxes, answers and scores", interactive=False)
    with gr.Row():
        downloads = [gr.DownloadButton(kind, interactive=False) for kind in ("HTML", "PDF", "JSON")]
    with gr.Accordion("JSON", open=False):
        document = gr.JSON()

    def analyze(
        path: str | None, detectors: list[str], budget: float, progress: Any = PROGRESS
    ) -> tuple[Any, ...]:
        def tell(now: float, end: float | None) -> bool:
            progress(min(now / end, 1.0) if end else None, desc="Looking")
            return True

        found = said(lambda: _analyzed(path, looks, detectors, budget, tell))
        progress(None, desc="Drawing")
        reports, drawn = _made(Path(str(path)), found)
        ready = [gr.DownloadButton(value=made, interactive=True) for made in reports]
        return html.answer(found) + card.bullets(words.LIMITS), drawn, *ready, to_json(found)

    outputs = [answer, shown, *downloads, document]
    button.click(analyze, [file, *chosen], outputs, api_name="analyze_clip")


def camera(settings: Settings, chosen: Chosen) -> None:
    """The browser's camera in, boxes and rolling verdicts out, again and again."""
    gr.Markdown(
        "Click the camera, allow it, and press Record. A face gets an answer with its third frame; "
        "it rests on the last five seconds. Frames go to the machine that runs this page, and "
        "nowhere else."
    )
    with gr.Row():
        picture = gr.Image(label="Camera", sources=["webcam"], streaming=True, type="numpy")
        shown = gr.Image(
            label="Faces", show_label=False, interactive=False, format="jpeg", buttons=[]
        )
    faces = gr.HTML()
    with gr.Row():
        make = gr.Button("Make a report on the last seconds")
        report = gr.DownloadButton("Download the report", interactive=False)
    watching = gr.State(time_to_live=FORGOTTEN)

    picture.stream(
        _step(Looks(settings)),
        [picture, watching, *chosen],
        [shown, faces, watching],
        stream_every=EVERY,
        time_limit=WATCH,
        concurrency_limit=CAMERAS,
        show_progress="hidden",
        api_visibility="private",
    )
    make.click(_report, watching, report, api_visibility="private")


def _step(looks: Looks) -> Callable[..., tuple[Any, ...]]:
    def step(
        pixels: Pixels | None, watch: Watch | None, detectors: list[str], budget: float
    ) -> tuple[Any, ...]:
        if pixels is None:
            return None, "", watch
        look = said(lambda: looks.chosen(detectors, budget))
        watch = watch if watch is not None and watch.look is look else Watch(look)
        return *said(lambda: watch.push(pixels)), watch

    return step


def _report(watch: Watch | None) -> Any:
    if watch is None:
        raise gr.Error("No frame came yet. Start the camera first.", print_exception=False)
    page = html.render(watch.live.report(), _about("Live picture"))
    return gr.DownloadButton(value=_saved("live.html", page.encode()), interactive=True)


def _analyzed(
    path: str | None,
    looks: Looks,
    detectors: Sequence[str],
    budget: float,
    tell: Callable[[float, float | None], bool],
) -> VideoAnalysis:
    if not path:
        raise InputError("No video was given. Drop one or browse for one.")
    return analyze_video(path, looks.chosen(detectors, budget), progress=tell)


def _rows(faces: Sequence[LiveFace]) -> str:
    head = ("Face", "Answer", "Probability of fake", "Why")
    rows = (
        (
            str(face.number),
            card.badge(face.verdict.label) if face.verdict else "waiting",
            wording.percent(face.smoothed_probability),
            words.reason(face.verdict) if face.verdict else "It was not seen often enough yet.",
        )
        for face in faces
    )
    return card.table(head, rows, "The faces of the newest frame" if faces else "No face")


def _made(path: Path, found: VideoAnalysis) -> tuple[list[str], str]:
    about = _about(path.name)
    document = json.dumps({"name": path.name, **to_json(found)}, indent=2)
    reports = [
        _saved("report.html", html.render(found, about).encode("utf-8", "backslashreplace")),
        _saved("report.pdf", pdf.render(found, about)),
        _saved("report.json", document.encode()),
    ]
    drawn = Path(_saved("annotated.mp4", b""))
    annotate(path, found, drawn)
    return reports, str(drawn)


def _about(name: str) -> About:
    return About(name, datetime.now(UTC), f"unmask {__version__}")


def _saved(name: str, data: bytes) -> str:
    path = shelf.folder() / name
    path.write_bytes(data)
    return str(path)
