"""One Result -> the full answer on the page: card, picture, faces, evidence, downloads."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from unmask import Analysis
from unmask.apps.desk import engine
from unmask.apps.desk import result as results
from unmask.apps.desk.result import Result
from unmask.reports import card, overlay, wording
from unmask.reports.markup import Markup, join, tag
from unmask.types import Pixels

FRIENDLY = {
    "too_large": "This picture is too large",
    "unsupported_format": "This is not a picture that can be read",
    "corrupt_image": "This picture is damaged",
    "missing_extra": "This kind of picture needs an optional part",
    "fault": "That did not work",
}


def show(result: Result, key: str) -> None:
    if result.outcome.analysis is None:
        failure(result)
        return
    analysis, shown = result.outcome.analysis, results.pixels(result)
    st.html(_name(result, analysis))
    words, seen = st.columns([8, 7], gap="medium")
    with words:
        st.html(card.verdict_card(analysis))
        for note in analysis.notes:
            st.info(plain(note))
        _downloads(result, key)
    with seen:
        _picture(analysis, shown, key)
    _faces(analysis, shown)
    _evidence(analysis)


def _name(result: Result, analysis: Analysis) -> Markup:
    """Whose answer this is; names may be of any script and length."""
    source = analysis.source
    facts = (
        f"{source.media_type.removeprefix('image/').upper()}, {analysis.width} x {analysis.height} "
        f"pixels, {wording.size(source.size_bytes)}. Analysed {moment(result.at)}."
    )
    name = tag("h2", result.name, class_="um-name", dir="auto")
    return join(name, tag("p", facts, class_="um-facts"))


def moment(at: datetime) -> str:
    """In the reader's own time zone, which the browser tells."""
    try:
        local = at.astimezone(ZoneInfo(st.context.timezone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        local = at
    return f"{local:%Y-%m-%d %H:%M %Z}"


def failure(result: Result) -> None:
    found = result.outcome.failure
    code, message = (found.code, found.message) if found else ("fault", "")
    title = FRIENDLY.get(code, "This picture got no answer")
    st.error(f"**{title}: {plain(result.name)}**\n\n{plain(message)}", icon=":material/error:")


def plain(text: str) -> str:
    """Names and messages are text, not Markdown."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+-.!|<>~:$" else c for c in text)


def _picture(analysis: Analysis, shown: Pixels, key: str) -> None:
    words = wording.faces(analysis.faces)
    if not any(face.explanation is not None for face in analysis.faces):
        st.image(overlay.with_boxes(analysis, shown), caption=words, alt=f"The picture. {words}.")
        return
    view = st.segmented_control(
        "View of the picture",
        ["Boxes", "Heat map"],
        default="Boxes",
        key=f"view-{key}",
        required=True,
        label_visibility="collapsed",
    )
    if view == "Boxes":
        st.image(overlay.with_boxes(analysis, shown), caption=words, alt=f"The picture. {words}.")
        return
    frame = st.empty()  # the picture stands above its slider, and does not jump when it is moved
    percent = st.slider("Opacity of the heat map, in per cent", 0, 100, 65, 5, key=f"op-{key}")
    frame.image(
        overlay.with_heat(analysis, overlay.fit(shown), percent / 100),
        caption="What spoke for the leaning of the score: pale for much, dark for little.",
        alt="The picture under its heat map.",
    )
    st.caption(wording.faithfulness_of(analysis.faces))


def _faces(analysis: Analysis, shown: Pixels) -> None:
    for number, face in enumerate(analysis.faces, start=1):
        title = f"Face {number}: {wording.heading(face.verdict.label)}"
        with st.expander(title, expanded=len(analysis.faces) == 1):
            left, right = st.columns([2, 3], gap="medium")
            left.html(card.crops(analysis, shown, face, number))
            right.html(card.face_numbers(face))
            if variants := card.variants(face):
                st.html(variants)


def _downloads(result: Result, key: str) -> None:
    stem = PurePath(result.name).stem or "picture"
    with st.container(horizontal=True):
        st.download_button(
            "PDF report",
            lambda: results.pdf_report(result),
            f"{stem}.unmask.pdf",
            "application/pdf",
            icon=":material/picture_as_pdf:",
            on_click="ignore",
            key=f"pdf-{key}",
        )
        st.download_button(
            "HTML report",
            lambda: results.html_report(result),
            f"{stem}.unmask.html",
            "text/html",
            icon=":material/article:",
            on_click="ignore",
            key=f"html-{key}",
        )
        st.download_button(
            "JSON",
            lambda: results.json_report([result]),
            f"{stem}.unmask.json",
            "application/json",
            icon=":material/data_object:",
            on_click="ignore",
            key=f"json-{key}",
        )


def _evidence(analysis: Analysis) -> None:
    with st.expander("File and detector: what this answer rests on"):
        st.html(card.pairs(card.source(analysis)))
        for ref in analysis.detectors:
            st.html(card.detector(ref))
    with st.expander("What this answer does not tell"):
        st.html(card.bullets(wording.LIMITS))
        for ref in analysis.detectors:
            if cases := engine.cannot_judge(ref):
                st.html(
                    join(tag("p", f"The detector {ref.name} cannot judge:"), card.bullets(cases))
                )
    with st.expander("How to check it"):
        st.html(card.bullets(wording.verify(analysis)))
