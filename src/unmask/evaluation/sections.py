"""Evaluation -> the parts of a written report in Markdown; the report and the model card put them together."""

from __future__ import annotations

from collections.abc import Sequence

from unmask.evaluation.evaluation import Evaluation, Section
from unmask.evaluation.headline import COLUMNS, headline
from unmask.evaluation.metrics import METRICS
from unmask.evaluation.robustness import Robustness
from unmask.evaluation.shortcuts import Shortcuts
from unmask.evaluation.tables import NOTHING, TITLES, cell, percent, table, written

PART_KEYS = ("roc_auc", "accuracy", "false_alarms", "found", "coverage", "firm_error")
DAMAGE_KEYS = ("auc_before", "auc_after", "auc_drop", "flipped", "taken_back")


def headlines(result: Evaluation) -> str:
    """The table that answers first questions, and how to read it."""
    rows = headline(result)
    used = [(key, title) for key, title in COLUMNS if any(key in row.figures for row in rows)]
    head = ["set", "real", "fake", "no face", "ranked against", *(title for _, title in used)]
    lines = [
        [r.name, str(r.real), str(r.fake), str(r.no_face), r.against or NOTHING]
        + [cell(key, r.figures) for key, _ in used]
        for r in rows
    ]
    note = (
        "In brackets: 95 % bootstrap intervals. Fakes of a set without real pictures are ranked "
        "against the real pictures of all sets. Accuracy is at 50 %; *real called fake* and all "
        "columns after it are the verdicts, with *inconclusive* allowed."
    )
    if result.robustness:
        delivery = result.robustness.delivery
        note += f" *Delivery*: {delivery.name}; *verdicts turned*: firm before, the opposite after."
    return f"{table(head, lines)}\n\n{note}"


def every_metric(section: Section) -> str:
    rows = [
        [TITLES[m.key], cell(m.key, section.figures)] for m in METRICS if m.key in section.figures
    ]
    return table(
        [f"{section.name}: {section.real} real, {section.fake} fake", "value (95 %)"], rows
    )


def classes(result: Evaluation) -> str:
    rows = [
        [c.name, percent(c.precision), percent(c.recall), f"{c.f1:.3f}", str(c.pictures)]
        for c in result.classes
    ]
    return table(["at 50 %", "precision", "recall", "F1", "pictures"], rows)


def confusion(result: Evaluation) -> str:
    rows = [
        [name, *map(str, counts)]
        for name, counts in (("real", result.confusion.real), ("fake", result.confusion.fake))
    ]
    return table(["truth", "called real", "inconclusive", "called fake"], rows)


def parts(sections: Sequence[Section], keys: Sequence[str] = PART_KEYS) -> str:
    several = len({s.kind for s in sections}) > 1
    rows = [
        [f"{s.kind}: {s.name}" if several else s.name, str(s.real), str(s.fake)]
        + [cell(key, s.figures) for key in keys]
        for s in sections
    ]
    return table(["", "real", "fake", *(TITLES[key] for key in keys)], rows)


def robustness(result: Robustness) -> str:
    rows = [
        [f"{c.family}: {c.name}", str(c.whole.pictures), str(c.whole.lost_faces)]
        + [cell(key, c.whole.figures) for key in DAMAGE_KEYS]
        for c in (*result.grid, result.delivery)
    ]
    note = (
        f"Up to {result.per_class} pictures of each set and class; the last row is every picture. "
        "*Turned*: a firm verdict became the opposite one; *taken back*: it became inconclusive."
    )
    head = ["damage", "pictures", "face lost", *(TITLES[key] for key in DAMAGE_KEYS)]
    return f"{table(head, rows)}\n\n{note}"


def shortcuts(result: Shortcuts) -> str:
    rows = [[r.name, written(r.detector, False), written(r.traits, False)] for r in result.rivals]
    ranked = sorted(zip(result.features, result.weights, strict=True), key=lambda p: -abs(p[1]))
    leaned = ", ".join(f"{name.replace('_', ' ')} ({weight:+.2f})" for name, weight in ranked[:5])
    note = (
        f"A logistic regression on {len(result.features)} numbers that say nothing about faces "
        f"being real (picture size, bytes per pixel, JPEG quality, mean colour, contrast, size, "
        f"place, brightness and sharpness of the face) and their squares, trained on "
        f"{result.trained_on} Train pictures. It leaned most on: {leaned}."
    )
    return f"{table(['ROC-AUC', 'detector', 'shortcuts alone'], rows)}\n\n{note}"


def mistakes(result: Evaluation) -> str:
    """Only what the counts say: an association, not a cause."""
    lines = [
        f"- {'Fakes missed' if p.fake else 'Real faces taken for fakes'}: {p.kind} *{p.name}* "
        f"makes up {percent(p.share_of_mistakes)} of these mistakes ({p.count}), but only "
        f"{percent(p.share_of_all)} of such pictures."
        for p in result.mistakes
    ]
    return "\n".join(lines) or "No set and no slice stands out among the mistakes."
