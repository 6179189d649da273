"""Scored pictures -> ROC and precision-recall curves: the pool with its 95 % band, and every set of both classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from unmask.evaluation.evaluation import Evaluation, Section
from unmask.evaluation.intervals import TAIL, resampled
from unmask.evaluation.plots import theme
from unmask.evaluation.sample import Curve, Floats, Sample
from unmask.evaluation.scoring import Scored, to_sample
from unmask.evaluation.slices import Part, by_set

BAND_RESAMPLES = 300
LEAST_FALSE = 1e-3
Line = Callable[[Curve, int, Floats], Floats]


def roc(result: Evaluation, scored: Sequence[Scored], path: Path) -> Path:
    """Twice: as usual, and with false alarms on a logarithmic scale, where decisions are made."""
    drawing, (axes,) = theme.canvas(9.2, 4.6, 1, 2)
    grids = (np.linspace(0, 1, 400), np.geomspace(LEAST_FALSE, 1, 400))
    for one, grid in zip(axes, grids, strict=True):
        _curves(one, result, scored, grid, _true_rate, "roc_auc")
        theme.label(one, "", "real pictures called fake", "fakes found")
        theme.percent(one)
        one.set_ylim(0, 1.01)
    axes[0].plot([0, 1], [0, 1], color=theme.OPEN, linewidth=0.8, linestyle=":")
    axes[1].set_xscale("log")
    axes[1].set_xlim(LEAST_FALSE, 1)
    axes[1].set_xticks([0.001, 0.01, 0.05, 0.2, 1], ["0.1 %", "1 %", "5 %", "20 %", "100 %"])
    axes[1].set_xticks([], minor=True)
    axes[0].set_title(_title("ROC", result), fontsize=theme.TEXT + 1, loc="left")
    axes[1].set_title("the same, few false alarms stretched", fontsize=theme.TEXT, loc="left")
    theme.legend(
        axes[0],
        "lower right",
        title="ROC-AUC [95 %], n = real + fake",
        title_fontsize=theme.TEXT - 1,
    )
    return theme.save(drawing, path)


def precision_recall(result: Evaluation, scored: Sequence[Scored], path: Path) -> Path:
    drawing, axes = theme.canvas(5.6, 4.8)
    one = axes[0, 0]
    _curves(one, result, scored, np.linspace(0.01, 1, 300), _precision, "average_precision")
    share = result.pool.fake / (result.pool.real + result.pool.fake)
    one.axhline(share, color=theme.OPEN, linewidth=0.8, linestyle=":")
    one.set_ylim(min(0.4, share - 0.05), 1.01)
    theme.label(one, _title("Precision and recall", result), "fakes found (recall)", "precision")
    theme.percent(one)
    theme.legend(
        one,
        "lower left",
        title="average precision [95 %], n = real + fake",
        title_fontsize=theme.TEXT - 1,
    )
    return theme.save(drawing, path)


def _curves(
    axes: Any,
    result: Evaluation,
    scored: Sequence[Scored],
    grid: Floats,
    line: Line,
    key: str,
) -> None:
    pool = to_sample([s for s in scored if not s.failure]).measured
    _band(axes, pool, grid, line)
    axes.plot(grid, line(pool.curve, 0, grid), color=theme.INK, linewidth=1.8, zorder=5,
              label=_name(result.pool, key))  # fmt: skip
    sections = {section.name: section for section in result.sets}
    mixed = [p for p in by_set([s for s in scored if not s.failure]) if _mixed(p)]
    for i, part in enumerate(mixed):
        sample = to_sample(part.pictures).measured
        colour = theme.OTHERS[i % (len(theme.OTHERS) - 2)]
        axes.plot(grid, line(sample.curve, 0, grid), color=colour, linewidth=1.0,
                  linestyle=("-", "--")[i % 2], label=_name(sections[part.name], key))  # fmt: skip


def _band(axes: Any, sample: Sample, grid: Floats, line: Line) -> None:
    drawn = [
        line(again.curve, row, grid)
        for again in resampled(sample, BAND_RESAMPLES)
        for row in range(len(again.weights))
    ]
    low, high = np.quantile(np.array(drawn), [TAIL, 1 - TAIL], axis=0)
    axes.fill_between(grid, low, high, color=theme.INK, alpha=0.15, linewidth=0)


def _true_rate(curve: Curve, row: int, grid: Floats) -> Floats:
    """A step: what is found with at most so many false alarms."""
    index = np.searchsorted(curve.false_rate[row], grid, side="right") - 1
    rate: Floats = curve.true_rate[row][index]
    return rate


def _precision(curve: Curve, row: int, grid: Floats) -> Floats:
    """At the first threshold that finds so many fakes."""
    caught, accused = curve.caught[row], curve.accused[row]
    index = np.minimum(np.searchsorted(curve.true_rate[row], grid - 1e-12), len(caught) - 1)
    called = caught[index] + accused[index]
    result: Floats = np.ones(len(grid))
    np.divide(caught[index], called, out=result, where=called > 0)
    return result


def _mixed(part: Part) -> bool:
    classes = {s.fake for s in part.pictures if np.isfinite(s.answer.probability)}
    return len(classes) == 2


def _name(section: Section, key: str) -> str:
    if key not in section.figures:
        return section.name
    counts = f"n = {section.real}+{section.fake}"
    return f"{section.name} {theme.with_interval(section.figures[key])}, {counts}"


def _title(what: str, result: Evaluation) -> str:
    return f"{what}: {result.measured.detector} {result.measured.version}"
