"""The sidebar: which detectors are asked, how careful they are, and whether a history is kept."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from unmask.apps.desk import engine
from unmask.apps.desk.engine import Choice
from unmask.apps.desk.history import History
from unmask.reports import wording

_NOTE = (
    "A stricter limit calls fewer real faces fake, and misses more fakes. "
    "The answer shows how often it went wrong when it was measured."
)


def show(history: History | None) -> Choice:
    with st.sidebar:
        st.header("Settings")
        choice = Choice(_detectors(), _budget())
        if history is not None:
            _history(history)
    return choice


def _detectors() -> tuple[str, ...]:
    """Several at once are an ensemble: firm only where all of them are."""
    names = engine.known()
    chosen = st.multiselect(
        "Detectors",
        names,
        default=[n for n in engine.default().detectors if n in names],
        format_func=lambda name: Path(name).name,
        help="Choose several and they answer together: firm only where all of them agree.",
    )
    if not chosen:
        st.caption("None chosen: the standard one answers.")
    return tuple(chosen) or engine.default().detectors


def _budget() -> float:
    start = engine.default().budget
    chosen = st.select_slider(
        "Real faces that may be called fake",
        options=sorted({*engine.BUDGETS, start}),
        value=start,
        format_func=lambda value: wording.budget(value).removesuffix(" real faces"),
        help=_NOTE,
    )
    st.caption("To the left: fewer false alarms. To the right: fewer missed fakes.")
    return chosen


def _history(history: History) -> None:
    st.header("History")
    on = st.toggle("Keep a history on this machine", value=history.on)
    if on != history.on:
        history.switch(on)
    st.caption(f"One file, only here: {history.path}")
