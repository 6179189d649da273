"""A finished run -> what people read of it: curves, Validation figures as JSON and CSV, plots and a summary."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmask.evaluation.intervals import Figure, figures
from unmask.evaluation.metrics import METRICS
from unmask.evaluation.plots import theme
from unmask.evaluation.sample import Sample
from unmask.training.curves import draw_curves
from unmask.training.measure import Measure

KEYS = (
    "roc_auc",
    "average_precision",
    "accuracy",
    "equal_error_rate",
    "true_rate_at_1",
    "log_loss",
)
ODDS = 30.0


def write_report(
    folder: Path, config: dict[str, Any], history: list[dict[str, Any]], best: Any, measure: Measure
) -> None:
    """Judges the best weights once more on Validation; Test is for the exported detector alone."""
    logits = measure.logits(best)
    write_scores(folder / "validation_scores.csv", measure, logits)
    found = {name: measured(logits[mine], measure.labels[mine]) for name, mine in parts(measure)}
    plain = {name: {k: vars(f) for k, f in row.items()} for name, row in found.items()}
    (folder / "metrics.json").write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")
    write_metrics(folder / "metrics.csv", found)
    draw_curves(history, folder / "curves.png")
    draw_scores(logits, measure, folder / "validation_scores.png")
    (folder / "summary.md").write_text(summary(config, history, found, measure), encoding="utf-8")


def parts(measure: Measure) -> list[tuple[str, NDArray[np.bool_]]]:
    """Everything, then each set; a set with one class gets the other class of all sets."""
    every = [("all", np.ones(len(measure.labels), bool))]
    return every + [(str(name), measure.with_others(name)) for name in sorted(set(measure.sets))]


def measured(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> dict[str, Figure]:
    """At a probability of one half: before calibration nothing better is known."""
    fake = labels == 1
    probability = 1 / (1 + np.exp(-np.clip(logits, -ODDS, ODDS)))
    verdict = (logits > 0).astype(np.int8)
    sample = Sample(fake, probability, verdict, np.arange(len(labels)))
    return figures(sample, [m for m in METRICS if m.key in KEYS], resamples=200)


def write_scores(path: Path, measure: Measure, logits: NDArray[np.float64]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["set", "path", "generator", "label", "logit"])
        for item, logit in zip(measure.items, logits, strict=True):
            e = item.entry
            writer.writerow([e.set, e.path, e.generator, e.label, f"{logit:.5f}"])


def write_metrics(path: Path, found: dict[str, dict[str, Figure]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["part", "metric", "value", "low", "high"])
        for part, row in found.items():
            writer.writerows([part, key, f.value, f.low, f.high] for key, f in row.items())


def draw_scores(logits: NDArray[np.float64], measure: Measure, path: Path) -> None:
    drawing, axes = theme.canvas(6, 3.4)
    axes, edges = axes[0, 0], np.linspace(*np.percentile(logits, [0.5, 99.5]), 41)
    for label, colour, name in ((0, theme.REAL, "real"), (1, theme.FAKE, "fake")):
        mine = np.clip(logits[measure.labels == label], edges[0], edges[-1])
        axes.hist(mine, edges, color=colour, alpha=0.6, label=name)
    theme.label(axes, "Validation faces", "logit before calibration", "faces")
    theme.legend(axes)
    theme.save(drawing, path)


def summary(
    config: dict[str, Any],
    history: list[dict[str, Any]],
    found: dict[str, dict[str, Figure]],
    measure: Measure,
) -> str:
    best = max(history, key=lambda row: row["auc"])
    rows = [
        f"| {name} | {int(mine.sum())} | {theme.with_interval(found[name]['roc_auc'])} | {theme.share(found[name]['accuracy'].value)} |"
        for name, mine in parts(measure)
    ]
    table = ["| set | faces | ROC-AUC | accuracy at one half |", "|---|---|---|---|", *rows]
    lines = [
        f"# Run `{config['name']}`",
        "",
        f"{config['architecture']['name']} on {config['architecture']['size']} px, seed {config['seed']}, "
        f"{len(history)} epochs; best weights after epoch {best['epoch'] + 1} "
        f"(mean Validation AUC {best['auc']:.4f}).",
        "",
        "Figures on the Validation split, before calibration, with 95 % intervals. A set with one class is",
        "judged with the other class of all sets. The Test split belongs to the exported detector.",
        "",
        *table,
        "",
    ]
    return "\n".join(lines)
