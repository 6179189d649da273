"""Scored pictures -> reliability and the histogram of probabilities: do the numbers mean what they say?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from unmask.evaluation.evaluation import Evaluation
from unmask.evaluation.intervals import bounded, resampled
from unmask.evaluation.metrics.probability import BINS, bin_of
from unmask.evaluation.plots import theme
from unmask.evaluation.sample import Floats, Sample, share
from unmask.evaluation.scoring import Scored, to_sample

TICKS = (0.0001, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999)
NAMES = ("0.01 %", "0.1 %", "1 %", "10 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %")
EDGE = 9.3


def reliability(result: Evaluation, scored: Sequence[Scored], path: Path) -> Path:
    sample = to_sample([s for s in scored if not s.failure]).measured
    drawing, axes = theme.canvas(5.2, 5.6, 2, 1, sharex=True, gridspec_kw={"height_ratios": [3, 1]})
    upper, lower = axes[:, 0]
    upper.plot([0, 1], [0, 1], color=theme.OPEN, linewidth=0.9, linestyle=":", label="honest")
    _bins(upper, sample)
    error = result.pool.figures.get("calibration_error")
    title = f"Reliability: {result.measured.detector} {result.measured.version}"
    if error:
        title += f"\ncalibration error {theme.with_interval(error)}, n = {len(sample)}"
    theme.label(upper, title, "", "share that was fake")
    theme.percent(upper)
    theme.legend(upper, "upper left")
    _counts(lower, sample)
    return theme.save(drawing, path)


def histogram(result: Evaluation, scored: Sequence[Scored], path: Path) -> Path:
    """On the scale of log odds, real pictures above the line and fakes below it."""
    sample = to_sample([s for s in scored if not s.failure]).measured
    odds = np.clip(log_odds(sample.probability), -EDGE, EDGE)
    drawing, axes = theme.canvas(7.2, 3.8)
    one = axes[0, 0]
    edges = np.linspace(-EDGE, EDGE, 63)
    for fake, colour, name in ((False, theme.REAL, "real"), (True, theme.FAKE, "fake")):
        counts, _ = np.histogram(odds[sample.fake == fake], edges)
        shares = counts / max(counts.sum(), 1) * (-1 if fake else 1)
        one.bar(edges[:-1], shares, np.diff(edges), align="edge", color=colour, alpha=0.85,
                label=f"{name}, n = {counts.sum()}")  # fmt: skip
    _thresholds(one, result)
    one.axhline(0, color=theme.INK, linewidth=0.8)
    one.set_xticks(log_odds(np.array(TICKS)), NAMES)
    title = f"Probabilities given: {result.measured.detector} {result.measured.version}"
    theme.label(one, title, "probability of fake", "share of its class")
    one.yaxis.set_major_formatter(lambda value, _: f"{abs(value):.0%}".replace("%", " %"))
    theme.legend(one, "upper right")
    return theme.save(drawing, path)


def log_odds(probability: Floats) -> Floats:
    inside = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(inside / (1 - inside)), np.float64)


def _bins(axes: Any, sample: Sample) -> None:
    member = bin_of(sample.probability)
    said, found, low, high = [], [], [], []
    weights = np.concatenate([again.weights for again in resampled(sample)])
    for number in np.unique(member):
        mine = member == number
        drawn = share(weights @ (mine & sample.fake).astype(float), weights @ mine.astype(float))
        figure = bounded(float(sample.fake[mine].mean()), drawn, int(mine.sum()))
        said.append(sample.probability[mine].mean())
        found.append(figure.value)
        low.append(figure.value - figure.low)
        high.append(figure.high - figure.value)
    axes.errorbar(said, found, yerr=[low, high], color=theme.INK, marker="o", markersize=4.5,
                  linewidth=1.2, capsize=2.5, label="measured, with 95 % interval")  # fmt: skip
    axes.set_ylim(-0.02, 1.02)


def _counts(axes: Any, sample: Sample) -> None:
    edges = np.linspace(0, 1, BINS + 1)
    real, fake = (np.histogram(sample.probability[sample.fake == f], edges)[0] for f in (0, 1))
    middle, width = (edges[1:] + edges[:-1]) / 2, 0.045
    axes.bar(middle - width / 2, real, width, color=theme.REAL, label="real")
    axes.bar(middle + width / 2, fake, width, color=theme.FAKE, label="fake")
    axes.set_yscale("log")
    axes.set_ylim(bottom=0.7)
    theme.label(axes, "", "probability of fake that was given", "pictures")
    theme.percent(axes, "x")
    theme.legend(axes, "upper center", ncols=2)


def _thresholds(axes: Any, result: Evaluation) -> None:
    low, high = result.measured.real_below, result.measured.fake_above
    left, right = log_odds(np.array([low, high]))
    axes.axvspan(left, right, color=theme.OPEN, alpha=0.18, linewidth=0, label="inconclusive")
    for place, name, side in ((left, "real", "right"), (right, "fake", "left")):
        axes.axvline(place, color=theme.INK, linewidth=0.8, linestyle="--")
        axes.annotate(f" {name} ", (place, 0.97), xycoords=("data", "axes fraction"),
                      fontsize=theme.TEXT - 1, ha=side, va="top")  # fmt: skip
