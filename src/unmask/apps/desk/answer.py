"""One Result -> the full answer on the page: card, picture, faces, evidence, downloads."""

from __future__ import annotations

from pathlib import PurePath

import streamlit as st

from unmask import Analysis
from unmask.apps.desk import result as results
from unmask.apps.desk.result import Result
from unmask.reports import card, overlay, wording
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
    st.html(card.verdict_card(analysis))
    for note in analysis.notes:
        st.info(note)
    _picture(analysis, shown, key)
    _faces(analysis, shown)
    _downloads(result, key)
    _evidence(analysis)


def failure(result: Result) -> None:
    found = result.outcome.failure
    code, message = (found.code, found.message) if found else ("fault", "")
    title = FRIENDLY.get(code, "This picture got no answer")
    st.error(f"**{title}: {plain(result.name)}**\n\n{plain(message)}", icon=":material/error:")


def plain(text: str) -> str:
    """Names and messages are text, not Markdown."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+-.!|<>~:$" else c for c in text)


def _picture(analysis: Analysis, shown: Pixels, key: str) -> None:
    has_heat = any(face.explanation is not None for face in analysis.faces)
    views = ["Boxes", "Heat map"] if has_heat else ["Boxes"]
    view = st.segmented_control(
        "View of the picture", views, default="Boxes", key=f"view-{key}", required=True
    )
    if view == "Heat map":
        percent = st.slider("Opacity of the heat map, in per cent", 0, 100, 65, 5, key=f"op-{key}")
        picture = overlay.with_heat(analysis, shown, percent / 100)
        words = "What spoke for the leaning of the score: pale for much."
        st.image(picture, caption=words, alt="The picture under its heat map.")
        for number, face in enumerate(analysis.faces, start=1):
            st.caption(f"Face {number}: {wording.faithfulness(face.explanation)}")
    else:
        words = wording.faces(analysis.faces)
        st.image(overlay.with_boxes(analysis, shown), caption=words, alt=f"The picture. {words}.")


def _faces(analysis: Analysis, shown: Pixels) -> None:
    for number, face in enumerate(analysis.faces, start=1):
        title = f"Face {number}: {wording.heading(face.verdict.label)}"
        with st.expander(title, expanded=len(analysis.faces) == 1):
            left, right = st.columns([1, 2])
            crop = overlay.face_pixels(analysis, shown, face, 320)
            words = f"Face {number} as the detector saw it"
            left.image(crop, caption=words, alt=f"{words}.")
            right.html(card.face_numbers(face))
            st.html(card.variants(face) or "<span></span>")


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
    with st.expander("How to check it"):
        st.html(card.bullets(wording.verify(analysis)))
