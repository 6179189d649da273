"""Evaluation -> one row per set with the figures a reader asks for first; nothing is pooled that should not be."""

from __future__ import annotations

from dataclasses import dataclass

from unmask.evaluation.evaluation import Evaluation, Section
from unmask.evaluation.intervals import Figure
from unmask.evaluation.robustness import Shift

COLUMNS = (
    ("roc_auc", "ROC-AUC"),
    ("accuracy", "accuracy"),
    ("false_alarms", "real called fake"),
    ("false_passes", "fake called real"),
    ("coverage", "answered firmly"),
    ("firm_error", "wrong when firm"),
    ("auc_drop", "AUC lost on delivery"),
    ("flipped", "verdicts turned"),
)


@dataclass(frozen=True)
class Row:
    """`against`: whose real pictures the fakes were ranked against; empty where nothing was ranked."""

    name: str
    real: int
    fake: int
    no_face: int
    against: str
    figures: dict[str, Figure]


def headline(result: Evaluation) -> tuple[Row, ...]:
    """Accuracy means little in a set of one class, so it is left out there; the last row is the pool."""
    delivery = result.robustness.delivery if result.robustness else None
    shifts = {shift.name: shift for shift in delivery.sets} if delivery else {}
    rows = [_row(section, shifts.get(section.name)) for section in result.sets]
    return (*rows, _row(result.pool, delivery.whole if delivery else None))


def _row(section: Section, shift: Shift | None) -> Row:
    known = section.figures | (shift.figures if shift else {})
    shown = {key: known[key] for key, _ in COLUMNS if key in known}
    if not (section.real and section.fake):
        shown.pop("accuracy", None)
    against = "all sets" if section.borrowed else "its own" if "roc_auc" in shown else ""
    return Row(section.name, section.real, section.fake, section.no_face, against, shown)
