"""Evaluation + scored pictures -> the confusion matrix with its third answer, and error against coverage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from unmask.evaluation.evaluation import Evaluation
from unmask.evaluation.intervals import TAIL, resampled
from unmask.evaluation.plots import theme
from unmask.evaluation.plots.probability import log_odds
from unmask.evaluation.sample import Floats, Sample, share
from unmask.evaluation.scoring import Scored, to_sample

ANSWERS = ("real", "inconclusive", "fake")
GRID = np.linspace(0.05, 1, 200)


def confusion(result: Evaluation, path: Path) -> Path:
    counts = np.array([result.confusion.real, result.confusion.fake])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    drawing, axes = theme.canvas(5.2, 3.3)
    one = axes[0, 0]
    one.grid(False)
    one.imshow(shares, cmap="cividis", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        text = f"{count}\n{theme.share(shares[row, column])}"
        colour = "white" if shares[row, column] < 0.55 else "black"
        one.text(column, row, text, ha="center", va="center", color=colour, fontsize=11)
    one.set_xticks(range(3), [f"called {answer}" for answer in ANSWERS])
    totals = counts.sum(axis=1)
    one.set_yticks(range(2), [f"real\nn = {totals[0]}", f"fake\nn = {totals[1]}"])
    budget = theme.share(result.measured.false_alarm_budget)
    title = f"Verdicts: {result.measured.detector}, set for {budget} false alarms"
    theme.label(one, title, "", "")
    return theme.save(drawing, path)


def coverage(result: Evaluation, scored: Sequence[Scored], path: Path) -> Path:
    """The surest answers first: how the share of wrong ones grows as more pictures are answered."""
    sample = to_sample([s for s in scored if not s.failure]).measured
    drawing, axes = theme.canvas(5.6, 4.2)
    one = axes[0, 0]
    drawn = np.concatenate([error_by_coverage(a) for a in resampled(sample, 300)])
    low, high = np.quantile(drawn, [TAIL, 1 - TAIL], axis=0)
    one.fill_between(GRID, low, high, color=theme.INK, alpha=0.15, linewidth=0, label="95 % band")
    name = f"by distance from 50 %, n = {len(sample)}"
    one.plot(GRID, error_by_coverage(sample)[0], color=theme.INK, linewidth=1.6, label=name)
    _working_point(one, result)
    one.set_xlim(0, 1.02)
    one.set_ylim(bottom=0)
    title = f"Error against coverage: {result.measured.detector} {result.measured.version}"
    theme.label(one, title, "pictures answered", "wrong among the answered")
    theme.percent(one)
    theme.legend(one, "upper left")
    return theme.save(drawing, path)


def error_by_coverage(sample: Sample) -> Floats:
    """One row per resample, one column per step of coverage."""
    order = np.argsort(-np.abs(log_odds(sample.probability)), kind="stable")
    wrong = (sample.probability >= 0.5) != sample.fake
    weights = sample.weights[:, order]
    answered = np.cumsum(weights, axis=1)
    errors = share(np.cumsum(weights * wrong[order], axis=1), answered)
    return np.stack(
        [
            np.interp(GRID, a / a[-1], np.nan_to_num(e))
            for a, e in zip(answered, errors, strict=True)
        ]
    )


def _working_point(axes: Any, result: Evaluation) -> None:
    across, up = (result.pool.figures.get(key) for key in ("coverage", "firm_error"))
    if across is None or up is None:
        return
    axes.errorbar(
        across.value, up.value,
        xerr=[[across.value - across.low], [across.high - across.value]],
        yerr=[[up.value - up.low], [up.high - up.value]],
        color=theme.FAKE, marker="D", markersize=5, capsize=2.5, linestyle="none",
        label=f"as shipped: answers {theme.share(across.value)}, wrong {theme.share(up.value)}",
    )  # fmt: skip
