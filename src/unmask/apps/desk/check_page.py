"""The first page: pictures in, Analyze, answer out."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from unmask import UnmaskError
from unmask.apps.desk import answer, engine, intake, many
from unmask.apps.desk.engine import Choice
from unmask.apps.desk.history import History
from unmask.apps.desk.intake import Given
from unmask.apps.desk.result import Result, look

PROMISES = (
    ("Three answers", "Authentic, likely fake, or inconclusive: when it cannot tell, it says so."),
    ("With evidence", "Where it looked, whether the answer held, how often it was wrong before."),
    ("Nothing leaves", "Pictures are analysed by the machine that runs this page, not sent on."),
)


@dataclass
class Asked:
    """One press of the button: what was asked, and the answers so far; a run may be broken off."""

    given: tuple[str, ...]
    choice: Choice
    count: int
    results: list[Result] = field(default_factory=list)


def show(choice: Choice, history: History | None) -> None:
    st.title("Is this face real?")
    given = intake.given()
    if len(given.pictures) > 1:
        st.markdown(f"{len(given.pictures)} pictures are ready.")
    if st.button("Analyze", type="primary", icon=":material/search:", disabled=not given.ids):
        _analyze(given, choice, history)
    asked: Asked | None = st.session_state.get("asked")
    if asked is None or given.ids not in ((), asked.given):
        _invitation()  # never the old answer beside a new picture
    else:
        _answers(asked, choice)


def _invitation() -> None:
    """What to expect, while there is nothing else to show."""
    st.divider()
    for column, (title, text) in zip(st.columns(3), PROMISES, strict=True):
        column.markdown(f"**{title}**  \n{text}")


def _answers(asked: Asked, choice: Choice) -> None:
    if len(asked.results) < asked.count:
        stopped = f"Broken off after {len(asked.results)} of {asked.count} pictures."
        st.warning(stopped, icon=":material/front_hand:")
    if asked.choice != choice:
        changed = "You have changed the settings since. Press Analyze to ask with the new ones."
        st.info(changed, icon=":material/tune:")
    if asked.count == 1 and asked.results:
        answer.show(asked.results[0], "one")
    elif asked.results:
        many.show(asked.results, "many")


def _analyze(given: Given, choice: Choice, history: History | None) -> None:
    st.session_state.pop("asked", None)
    try:
        analyzer = engine.analyzer(choice)
        pictures = given.pictures
        if given.address:
            with st.spinner("Fetching the picture ..."):
                pictures = (intake.fetched(given.address),)
    except UnmaskError as error:
        st.error(str(error), icon=":material/error:")
        return
    asked = Asked(given.ids, choice, len(pictures))
    st.session_state.asked = asked
    bar = st.progress(0.0, "Looking ...")
    for number, picture in enumerate(pictures):
        bar.progress(number / asked.count, f"Looking at {number + 1} of {asked.count} ...")
        asked.results.append(look(analyzer, picture.name, picture.read()))
        _keep(history, asked.results[-1])
    bar.empty()


def _keep(history: History | None, result: Result) -> None:
    if history is not None and history.on:
        history.add(result)
