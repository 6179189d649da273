"""Several Results -> counts, a sortable table, downloads, and the answer of the chosen row."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Sequence

import streamlit as st

from unmask.apps.desk import answer
from unmask.apps.desk import result as results
from unmask.apps.desk.result import Result
from unmask.reports import card, wording
from unmask.reports.markup import Markup, tag
from unmask.types import Label

URGENT = (Label.FAKE, Label.INCONCLUSIVE, Label.REAL)
MOST_ROWS = 12
_DOWNLOADS = (
    ("CSV", "unmask.csv", "text/csv", ":material/table:", results.csv_report),
    ("JSON", "unmask.json", "application/json", ":material/data_object:", results.json_report),
    ("PDF report", "unmask.pdf", "application/pdf", ":material/picture_as_pdf:", results.pdf_batch),
)


def show(found: Sequence[Result], key: str) -> None:
    st.html(_counts(found))
    chosen = _table(found, key)
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


def _counts(found: Sequence[Result]) -> Markup:
    """How many of each answer: what is urgent first."""
    labels = Counter(r.outcome.analysis.verdict.label for r in found if r.outcome.analysis)
    shown = [(card.badge(label), labels[label]) for label in URGENT]
    failed = len(found) - sum(labels.values())
    if failed:
        shown.append((tag("span", "NO ANSWER", class_="um-badge"), failed))
    return tag(
        "div",
        *(tag("div", tag("strong", f"{count:,}"), badge) for badge, count in shown),
        class_="um-tally",
    )


def _table(found: Sequence[Result], key: str) -> int | None:
    """The reader sorts it by its headings; choosing a row opens it below."""
    config = {
        "look": st.column_config.ImageColumn("", width=60),
        "probability of fake": st.column_config.ProgressColumn(
            min_value=0, max_value=100, format="%d %%", width=150
        ),
        "why": st.column_config.TextColumn(width="large"),
        "sha256": None,
    }
    event = st.dataframe(
        [_shown(result) for result in found],
        hide_index=True,
        column_config=config,
        on_select="rerun",
        selection_mode="single-row",
        row_height=48,
        height="content" if len(found) <= MOST_ROWS else 48 * MOST_ROWS,
        key=f"table-{key}",
    )
    return event.selection.rows[0] if event.selection.rows else None


def _shown(result: Result) -> dict[str, object]:
    """A mark beside each answer; and a bar that never shows 0 % or 100 %, for nothing supports them."""
    row = results.row(result)
    chance = row["probability of fake"]
    bounded = min(max(round(float(str(chance)) * 100), 1), 99) if chance is not None else None
    mark = _MARKS.get(str(row["answer"]), "–")
    small = base64.b64encode(result.thumbnail or _NOTHING).decode()
    look = f"data:image/jpeg;base64,{small}"
    return {
        "look": look,
        **row,
        "answer": f"{mark} {row['answer']}",
        "probability of fake": bounded,
    }


_NOTHING = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b"
)
"""A clear GIF of one pixel: a table writes `None` where there is no picture."""
_MARKS = {
    wording.heading(Label.REAL): "✓",
    wording.heading(Label.FAKE): "✕",
    wording.heading(Label.INCONCLUSIVE): "?",
}
