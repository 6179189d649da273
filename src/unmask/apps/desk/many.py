"""Several Results -> counts, a sortable table, downloads, and the answer of the chosen row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from unmask.apps.desk import answer
from unmask.apps.desk import result as results
from unmask.apps.desk.result import Result
from unmask.reports import wording
from unmask.types import Label

_DOWNLOADS = (
    ("CSV", "unmask.csv", "text/csv", ":material/table:", results.csv_report),
    ("JSON", "unmask.json", "application/json", ":material/data_object:", results.json_report),
    ("PDF report", "unmask.pdf", "application/pdf", ":material/picture_as_pdf:", results.pdf_batch),
)


def show(found: Sequence[Result], key: str) -> None:
    rows = [results.row(r) for r in found]
    _counts(rows)
    chosen = _table(rows, key)
    with st.container(horizontal=True):
        for label, name, kind, icon, make in _DOWNLOADS:
            st.download_button(
                label,
                lambda make=make: make(found),
                name,
                kind,
                icon=icon,
                on_click="ignore",
                key=f"{label}-{key}",
            )
    names = [f"{number}. {r.name}" for number, r in enumerate(found, start=1)]
    index = st.selectbox(
        "Show the answer of",
        range(len(found)),
        index=chosen,
        format_func=lambda i: names[i],
        placeholder="a picture: choose it here or in the table",
        key=f"drill-{key}-{chosen}",
    )
    if index is not None:
        answer.show(found[index], f"{key}-{index}")


def _counts(rows: Sequence[dict[str, object]]) -> None:
    counts = Counter(str(row["answer"]) for row in rows)
    columns = st.columns(max(len(counts), 1))
    for column, (name, count) in zip(columns, counts.most_common(), strict=True):
        column.metric(name.capitalize(), count)


def _table(rows: Sequence[dict[str, object]], key: str) -> int | None:
    """The reader sorts it by its headings; choosing a row opens it below."""
    config = {
        "probability of fake": st.column_config.ProgressColumn(
            min_value=0, max_value=100, format="%d %%"
        ),
        "why": st.column_config.TextColumn(width="large"),
        "sha256": None,
    }
    event = st.dataframe(
        [_shown(row) for row in rows],
        hide_index=True,
        column_config=config,
        on_select="rerun",
        selection_mode="single-row",
        key=f"table-{key}",
    )
    return event.selection.rows[0] if event.selection.rows else None


def _shown(row: dict[str, object]) -> dict[str, object]:
    """A mark beside each answer; and a bar that never shows 0 % or 100 %, for nothing supports them."""
    chance = row["probability of fake"]
    bounded = min(max(round(float(str(chance)) * 100), 1), 99) if chance is not None else None
    mark = _MARKS.get(str(row["answer"]), "–")
    return {**row, "answer": f"{mark} {row['answer']}", "probability of fake": bounded}


_MARKS = {
    wording.heading(Label.REAL): "✓",
    wording.heading(Label.FAKE): "✕",
    wording.heading(Label.INCONCLUSIVE): "?",
}
