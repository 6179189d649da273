"""Comparison or Matrix -> charts: detectors side by side, and training sets against test sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from unmask.evaluation.compare import Comparison
from unmask.evaluation.cross import Matrix
from unmask.evaluation.plots import theme

MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
COLOURS = (theme.REAL, theme.FAKE, *theme.OTHERS)


def by_set(result: Comparison, path: Path) -> Path:
    """ROC-AUC of every detector on every set that has fakes, with intervals."""
    first = result.contestants[0].evaluation
    names = [s.name for s in first.sets if s.fake]
    several = len(result.contestants)
    drawing, axes = theme.canvas(7.2, 1.6 + (0.16 + 0.15 * several) * (len(names) + 1))
    one = axes[0, 0]
    for i, contestant in enumerate(result.contestants):
        sections = {s.name: s for s in contestant.evaluation.sets}
        figures = [contestant.mean_auc, *(sections[n].figures.get("roc_auc") for n in names)]
        for row, figure in enumerate(figures):
            if figure is None:
                continue
            place = -row - (i - (several - 1) / 2) * 0.7 / several
            spread = [[max(figure.value - figure.low, 0)], [max(figure.high - figure.value, 0)]]
            one.errorbar(figure.value, place, xerr=spread, marker=MARKS[i % 8], markersize=4.5,
                         color=COLOURS[i % 10], capsize=2, linewidth=1.2,
                         label=contestant.name if row == 0 else None)  # fmt: skip
    one.axvline(0.5, color=theme.OPEN, linewidth=0.9, linestyle=":")
    one.set_yticks([-row for row in range(len(names) + 1)], ["mean of sets", *names])
    theme.label(one, "Detectors side by side", "ROC-AUC with 95 % interval", "")
    drawing.legend(loc="outside lower center", ncols=3, fontsize=theme.TEXT - 1, frameon=False)
    return theme.save(drawing, path)


def cost(result: Comparison, path: Path) -> Path:
    """What each detector reaches for its time and its size (the area of the mark)."""
    drawing, axes = theme.canvas(6.0, 4.2)
    one = axes[0, 0]
    for i, contestant in enumerate(result.contestants):
        figure, across = contestant.mean_auc, contestant.evaluation.milliseconds
        spread = [[max(figure.value - figure.low, 0)], [max(figure.high - figure.value, 0)]]
        one.errorbar(
            across, figure.value, yerr=spread, color=COLOURS[i % 10], capsize=2.5, linewidth=1.2
        )
        one.scatter(across, figure.value, s=30 + 12 * contestant.megabytes, color=COLOURS[i % 10],
                    alpha=0.85, zorder=4)  # fmt: skip
        text = f"  {contestant.name}, {contestant.megabytes:.1f} MB"
        one.annotate(text, (across, figure.value), fontsize=theme.TEXT - 1, va="bottom")
    one.margins(x=0.3, y=0.2)
    theme.label(
        one, "Quality and cost", "ms for a picture, file to verdict", "mean ROC-AUC of sets"
    )
    return theme.save(drawing, path)


def heat(result: Matrix, path: Path) -> Path:
    """ROC-AUC of each training set on each test set that has fakes; a frame marks a set that was trained on."""
    columns = [
        c for c in result.columns if any("roc_auc" in result.at(r, c).figures for r in result.rows)
    ]
    values = np.full((len(result.rows), len(columns)), np.nan)
    drawing, axes = theme.canvas(2.4 + 0.95 * len(columns), 1.7 + 0.62 * len(result.rows))
    one = axes[0, 0]
    one.grid(False)
    for place in np.ndindex(values.shape):
        cell = result.at(result.rows[place[0]], columns[place[1]])
        figure = cell.figures.get("roc_auc")
        if figure is None:
            continue
        values[place] = figure.value
        text = f"{figure.value:.2f}\n{figure.low:.2f} to {figure.high:.2f}"
        one.text(place[1], place[0], text, ha="center", va="center", fontsize=7.5,
                 color="white" if figure.value < 0.72 else "black",
                 fontweight="bold" if cell.seen else "normal")  # fmt: skip
    one.imshow(values, cmap="cividis", vmin=0.4, vmax=1, aspect="auto")
    one.set_xticks(range(len(columns)), columns, rotation=35, ha="right")
    one.set_yticks(range(len(result.rows)), result.rows)
    theme.label(one, "ROC-AUC; bold: the set was trained on", "tested on", "trained on")
    return theme.save(drawing, path)
