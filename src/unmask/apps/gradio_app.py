"""Settings -> the Gradio page: one picture, several, and clips and a camera where that part is installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gradio as gr

from unmask import catalogue
from unmask.apps.desk import instant, shelf
from unmask.apps.desk import result as results
from unmask.apps.desk.instant import BUDGETS, Instant
from unmask.apps.gradio_errors import said
from unmask.apps.settings import Settings
from unmask.reports import overlay, wording

TITLE = "unmask: is this face real?"
INTRO = f"# Is this face real?\nGive a picture. {wording.LIMITS[4]}"


EXAMPLES = Path(__file__).parents[3] / "examples"
"""In a copy of the project; an installed package has none."""


def build(settings: Settings, examples: Path = EXAMPLES) -> gr.Blocks:
    desk = Instant(settings)
    with gr.Blocks(
        title=TITLE, analytics_enabled=False, delete_cache=(shelf.KEPT, shelf.KEPT)
    ) as page:
        gr.Markdown(INTRO)
        with gr.Accordion("Settings: which detectors, and how careful they are", open=False):
            chosen = _choices(settings)
        with gr.Tab("One picture"):
            _one(desk, chosen, examples)
        with gr.Tab("Several pictures"):
            _several(desk, chosen)
        if find_spec("av") is not None:
            from unmask.apps import gradio_video

            with gr.Tab("Video"):
                gradio_video.clip(settings, chosen)
            with gr.Tab("Live"):
                gradio_video.camera(settings, chosen)
    return page


def _choices(settings: Settings) -> list[gr.components.Component]:
    names = list(dict.fromkeys((*settings.detector, *catalogue.names())))
    with gr.Row():
        detectors = gr.Dropdown(
            [(Path(name).name, name) for name in names],
            value=list(settings.detector),
            multiselect=True,
            label="Detectors: several answer together",
        )
        budget = gr.Radio(
            [(wording.budget(b), b) for b in sorted({*BUDGETS, settings.false_alarm_rate})],
            value=settings.false_alarm_rate,
            label="Real faces that may be called fake",
        )
    return [detectors, budget]


def _one(desk: Instant, chosen: list[gr.components.Component], examples: Path) -> None:
    found = gr.State()
    with gr.Row():
        with gr.Column():
            picture = gr.Image(label="Picture", sources=["upload", "webcam", "clipboard"])
            picture.preprocess = _as_it_came
            button = gr.Button("Analyze", variant="primary")
            _examples(picture, examples)
        with gr.Column():
            answer = gr.HTML()
            label = gr.Label(label="Calibrated probability")
    with gr.Row():
        boxes = gr.Image(label="Faces", interactive=False)
        heat = gr.Image(label="Heat map: pale for much, dark for little", interactive=False)
    opacity = gr.Slider(0, 100, overlay.OPACITY * 100, step=5, label="Opacity of the heat map")
    with gr.Accordion("JSON", open=False):
        document = gr.JSON()
    outputs = [answer, label, boxes, heat, document, found]
    button.click(_analyze(desk), [picture, *chosen, opacity], outputs, api_name="analyze")
    opacity.release(_redraw, [found, opacity], heat, api_visibility="private")


def _as_it_came(payload: Any) -> tuple[str, str] | None:
    """The file itself: Gradio would save the picture again, and it would be another one."""
    if payload is None or payload.path is None:
        return None
    return payload.path, payload.orig_name or Path(payload.path).name


def _analyze(desk: Instant) -> Callable[..., tuple[Any, ...]]:
    def analyze(
        picture: tuple[str, str] | None, detectors: list[str], budget: float, opacity: float
    ) -> tuple[Any, ...]:
        path, name = picture or ("", "")
        found = said(lambda: desk.look(path, name, detectors, budget))
        boxes, heat = instant.pictures(found, opacity / 100)
        words = instant.answer(found)
        return words, instant.confidences(found), boxes, heat, instant.document(found), found

    return analyze


def _redraw(found: results.Result | None, opacity: float) -> Any:
    return instant.pictures(found, opacity / 100)[1] if found else None


def _several(desk: Instant, chosen: list[gr.components.Component]) -> None:
    files = gr.File(label="Pictures", file_count="multiple", type="filepath")
    button = gr.Button("Analyze all", variant="primary")
    table = gr.Dataframe(headers=list(instant.HEADINGS), label="Answers", interactive=False)
    kinds = ("CSV", "JSON", "PDF")
    with gr.Row():
        downloads = [gr.DownloadButton(kind, interactive=False) for kind in kinds]

    def analyze(paths: list[str] | None, detectors: list[str], budget: float) -> tuple[Any, ...]:
        named = [(path, Path(path).name) for path in paths or []]
        found = said(lambda: desk.many(named, detectors, budget))
        made = _reports(found) if found else [None] * len(kinds)
        ready = [gr.DownloadButton(value=m, interactive=m is not None) for m in made]
        return instant.table(found), *ready

    button.click(analyze, [files, *chosen], [table, *downloads], api_name="analyze_many")


def _reports(found: list[results.Result]) -> list[str]:
    folder = shelf.folder()
    (folder / "unmask.csv").write_text(results.csv_report(found), encoding="utf-8")
    (folder / "unmask.json").write_text(results.json_report(found), encoding="utf-8")
    (folder / "unmask.pdf").write_bytes(results.pdf_batch(found))
    return [str(folder / f"unmask.{kind}") for kind in ("csv", "json", "pdf")]


def _examples(picture: gr.Image, folder: Path) -> None:
    """Pictures that may be shown, where the project's folder of them is at hand."""
    found = sorted(str(path) for path in folder.glob("*.jpg"))
    if found:
        gr.Examples(found, picture, label="Examples")
