"""The history page: what was looked at on this machine, opened again with its full report."""

from __future__ import annotations

import streamlit as st

from unmask.apps.desk import answer
from unmask.apps.desk.history import Entry, History
from unmask.apps.desk.result import Result
from unmask.reports import card
from unmask.types import Label

PAGE = 20


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
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.image(entry.thumbnail, width=96, alt=f"A small copy of {entry.name}")
        with st.container():
            st.text(entry.name)
            st.html(card.badge(Label(entry.label)))
            st.markdown(f"{entry.at:%Y-%m-%d %H:%M} UTC")  # a caption is too pale for WCAG AA
        if st.button("Open", key=f"open-{entry.id}"):
            st.session_state.entry = entry.id
            st.rerun()


def _report(result: Result) -> None:
    if st.button("Back to the list", icon=":material/arrow_back:"):
        st.session_state.pop("entry")
        st.rerun()
    st.subheader(answer.plain(result.name))
    st.markdown(f"Analysed {result.about.time}")
    answer.show(result, "old")
