"""The history page: what was looked at on this machine, opened again with its full report."""

from __future__ import annotations

import streamlit as st

from unmask.apps.desk import answer
from unmask.apps.desk.history import Entry, History
from unmask.apps.desk.result import Result
from unmask.reports import card
from unmask.reports.markup import Markup, join, tag
from unmask.types import Label

PAGE = 20
_LONGEST = 48


def show(history: History | None) -> None:
    st.title("History")
    if history is None:
        st.info("The history is switched off for this installation: nothing is kept.")
        return
    number = st.session_state.get("entry")
    opened = history.open(number) if number is not None else None
    if opened is not None:
        _report(opened)
        return
    entries = history.entries()
    if not entries:
        st.info("Nothing is kept yet. Answers appear here once you have analysed a picture.")
        return
    _clear(history)
    shown = st.session_state.setdefault("shown", PAGE)
    for entry in entries[:shown]:
        _line(entry)
    if len(entries) > shown and st.button("Show older ones"):
        st.session_state.shown = shown + PAGE
        st.rerun()


def _clear(history: History) -> None:
    with st.popover("Clear the history", icon=":material/delete:"):
        st.markdown("This removes every entry for good. The pictures themselves are not touched.")
        if st.button("Remove all", type="primary"):
            history.clear()
            st.session_state.pop("entry", None)
            st.rerun()


def _line(entry: Entry) -> None:
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"entry-{entry.id}"
    ):
        st.image(entry.thumbnail, width=72, alt=f"A small copy of {entry.name}")
        st.html(_words(entry))
        if st.button("Open", key=f"open-{entry.id}"):
            st.session_state.entry = entry.id
            st.rerun()


def _words(entry: Entry) -> Markup:
    name = tag("p", _short(entry.name), class_="um-entry", dir="auto")
    when = tag("span", answer.moment(entry.at), class_="um-facts")
    return join(name, card.badge(Label(entry.label)), " ", when)


def _short(name: str) -> str:
    """The full name stands in the report; here it has one line."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 :]}"


def _report(result: Result) -> None:
    if st.button("Back to the list", icon=":material/arrow_back:"):
        st.session_state.pop("entry")
        st.rerun()
    answer.show(result, "old")
