"""Sections, robustness and shortcuts -> rows of points with intervals: one row per part, its counts beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unmask.evaluation.evaluation import Evaluation, Section
from unmask.evaluation.intervals import Figure
from unmask.evaluation.plots import theme
from unmask.evaluation.robustness import Condition, Robustness
from unmask.evaluation.shortcuts import Shortcuts
from unmask.evaluation.slices import AXES

ROW = 0.27
LARGE = 40
TRAIT_KINDS = {axis.kind for axis in AXES}
KEYS = (("roc_auc", "ROC-AUC"), ("false_alarms", "real called fake"), ("found", "fake called fake"))


def parts(result: Evaluation, sections: Sequence[Section], title: str, path: Path) -> Path:
    """ROC-AUC, false alarms and found fakes of each part, side by side."""
    drawing, (axes,) = theme.canvas(9.4, 1.3 + ROW * (len(sections) + 1), 1, 3, sharey=True)
    rows = [*sections, result.pool]
    for one, (key, name) in zip(axes, KEYS, strict=True):
        for place, section in enumerate(reversed(rows)):
            colour = theme.INK if section is result.pool else theme.REAL
            mark = "s" if section.borrowed and key == "roc_auc" else "o"
            _point(one, place, section.figures.get(key), colour, mark)
        one.set_title(name, fontsize=theme.TEXT + 1, loc="left")
        one.set_ylim(-0.7, len(rows) - 0.3)
    axes[0].axvline(0.5, color=theme.OPEN, linewidth=0.9, linestyle=":")
    axes[1].axvline(result.measured.false_alarm_budget, color=theme.OPEN, linewidth=0.9)
    axes[0].set_yticks(range(len(rows)), [_named(s) for s in reversed(rows)])
    for one, key in zip(axes[1:], ("false_alarms", "found"), strict=True):
        theme.percent(one, "x")
        one.set_xlim(0, 1.05 * _reach(rows, key))
    name = f"{result.measured.detector} {result.measured.version}"
    name += " (n = real + fake"
    if any(s.borrowed for s in sections):
        name += "; squares: fakes against the real pictures of other sets"
    drawing.suptitle(f"{title}: {name})", fontsize=theme.TEXT + 1, x=0.01, ha="left")
    return theme.save(drawing, path)


def robustness(result: Robustness, title: str, path: Path) -> Path:
    """What each damage does to ranking, to firm verdicts, and to finding the face's answer at all."""
    rows = [*result.grid, result.delivery]
    drawing, (axes,) = theme.canvas(9.4, 1.3 + ROW * len(rows), 1, 3, sharey=True)
    kinds = (("auc_after", "ROC-AUC after"), ("flipped", "firm verdicts turned"),
             ("taken_back", "became inconclusive"))  # fmt: skip
    for one, (key, name) in zip(axes, kinds, strict=True):
        for place, row in enumerate(reversed(rows)):
            colour = theme.INK if row is result.delivery else _family_colour(rows, row)
            _point(one, place, row.whole.figures.get(key), colour)
        one.set_title(name, fontsize=theme.TEXT + 1, loc="left")
        one.set_ylim(-0.7, len(rows) - 0.3)
    before = rows[0].whole.figures.get("auc_before")
    if before:
        axes[0].axvline(before.value, color=theme.OPEN, linewidth=0.9, linestyle="--")
    names = [f"{r.family}: {r.name}  (n = {r.whole.pictures})" for r in reversed(rows)]
    axes[0].set_yticks(range(len(rows)), names)
    for one in axes[1:]:
        theme.percent(one, "x")
        one.set_xlim(left=0)
    drawing.suptitle(f"Damaged pictures: {title} (n = pictures; dashed: undamaged)", fontsize=theme.TEXT + 1,
                     x=0.01, ha="left")  # fmt: skip
    return theme.save(drawing, path)


def shortcuts(result: Shortcuts, title: str, path: Path) -> Path:
    """The detector beside a regression on size, JPEG history, colour and framing."""
    drawing, axes = theme.canvas(6.4, 1.5 + 1.2 * ROW * len(result.rivals))
    one = axes[0, 0]
    for place, rival in enumerate(reversed(result.rivals)):
        _point(one, place + 0.14, rival.detector, theme.REAL)
        _point(one, place - 0.14, rival.traits, theme.FAKE, "s")
    one.plot([], [], "o", color=theme.REAL, label="detector")
    one.plot([], [], "s", color=theme.FAKE, label="size, JPEG, colour and framing alone")
    one.axvline(0.5, color=theme.OPEN, linewidth=0.9, linestyle=":")
    one.set_yticks(range(len(result.rivals)), [r.name for r in reversed(result.rivals)])
    theme.label(one, f"Could shortcuts do it? {title}", "ROC-AUC with 95 % interval", "")
    one.set_xlim(right=1.02)
    one.set_ylim(-0.5, len(result.rivals) - 0.5)
    drawing.legend(loc="outside lower center", ncols=2, fontsize=theme.TEXT - 1, frameon=False)
    return theme.save(drawing, path)


def _point(axes: Any, place: float, figure: Figure | None, colour: str, mark: str = "o") -> None:
    if figure is None:
        return
    spread = [[figure.value - figure.low], [figure.high - figure.value]]
    axes.errorbar(figure.value, place, xerr=[[max(s[0], 0.0)] for s in spread], color=colour,
                  marker=mark, markersize=4.5, capsize=2, linewidth=1.3)  # fmt: skip


def _reach(rows: Sequence[Section], key: str) -> float:
    """As far as parts of some size go; the interval of a handful of pictures may leave the drawing."""
    highs = [s.figures[key].high for s in rows if key in s.figures and s.real + s.fake >= LARGE]
    return max([0.02, *highs])


def _named(section: Section) -> str:
    kind = f"{section.kind}: " if section.kind in TRAIT_KINDS else ""
    return f"{kind}{section.name}  (n = {section.real}+{section.fake})"


def _family_colour(rows: Sequence[Condition], row: Condition) -> str:
    families = list(dict.fromkeys(r.family for r in rows))
    return (theme.REAL, theme.FAKE, *theme.OTHERS)[families.index(row.family) % 8]
