"""The first page: pictures in, Analyze, answer out."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from unmask import UnmaskError
from unmask.apps.desk import answer, engine, intake, many
from unmask.apps.desk.engine import Choice
from unmask.apps.desk.history import History
from unmask.apps.desk.intake import Picture
from unmask.apps.desk.result import Result, look


def show(choice: Choice, history: History | None) -> None:
    st.title("Is this face real?")
    st.markdown(
        "Give a picture. You get an answer, how sure it is, and why; or that nobody can tell."
    )
    given, address = intake.pictures()
    _previews(given)
    ready = bool(given or address)
    if st.button("Analyze", type="primary", icon=":material/search:", disabled=not ready):
        _analyze(given, address, choice, history)
    found: list[Result] = st.session_state.get("found", [])
    if len(found) == 1:
        answer.show(found[0], "one")
    elif found:
        many.show(found, "many")
    else:
        _invitation()


def _invitation() -> None:
    """What to expect, while there is nothing else to show."""
    st.divider()
    texts = (
        (
            "Three answers",
            "Authentic, likely fake, or inconclusive: when it cannot tell, it says so.",
        ),
        (
            "With evidence",
            "Where it looked, whether the answer held, how often it was wrong before.",
        ),
        (
            "Nothing leaves",
            "Pictures are analysed by the machine that runs this page, and not sent on.",
        ),
    )
    for column, (title, text) in zip(st.columns(3), texts, strict=True):
        column.markdown(f"**{title}**")
        column.markdown(text)


def _previews(given: Sequence[Picture]) -> None:
    if len(given) > 1:
        st.caption(f"{len(given)} pictures are ready.")


def _analyze(
    given: Sequence[Picture], address: str, choice: Choice, history: History | None
) -> None:
    st.session_state.found = []
    try:
        analyzer = engine.analyzer(choice)
        if address:
            with st.spinner("Fetching the picture ..."):
                given = [intake.fetched(address)]
    except UnmaskError as error:
        st.error(str(error), icon=":material/error:")
        return
    bar = st.progress(0.0, "Looking ...")
    found = []
    for number, (name, data) in enumerate(given, start=1):
        bar.progress((number - 1) / len(given), f"Looking at {number} of {len(given)} ...")
        found.append(look(analyzer, name, data))
        _keep(history, found[-1])
    bar.empty()
    st.session_state.found = found


def _keep(history: History | None, result: Result) -> None:
    if history is not None and history.on:
        history.add(result)
