"""History -> PNG: how loss, learning rate and AUC went, epoch by epoch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from unmask.evaluation.plots import theme

LINES = ("-", "--", ":", "-.")


def draw_curves(history: list[dict[str, Any]], path: Path) -> Path:
    drawing, axes = theme.canvas(11, 3.6, columns=3)
    loss, rate, auc = axes[0]
    epochs = [row["epoch"] + 1 for row in history]
    loss.plot(epochs, [row["loss"] for row in history], color=theme.INK, marker=".")
    theme.label(loss, "Training loss", "epoch", "loss")
    rate.plot(epochs, [row["rate"] for row in history], color=theme.INK, marker=".")
    rate.set_yscale("log")
    theme.label(rate, "Learning rate", "epoch", "rate at the end")
    _auc(auc, epochs, history)
    for one in (loss, rate, auc):
        one.locator_params(axis="x", integer=True)
    theme.save(drawing, path)
    return path


def _auc(axes: Any, epochs: list[int], history: list[dict[str, Any]]) -> None:
    """The mean, which decides, drawn boldly; each set thinly."""
    sets = [name for name in history[0] if name.startswith("auc_") and name != "auc_pool"]
    for i, name in enumerate(sets):
        colour = theme.OTHERS[i % len(theme.OTHERS)]
        line = LINES[i // len(theme.OTHERS) % len(LINES)]
        values = [row[name] for row in history]
        axes.plot(epochs, values, line, color=colour, linewidth=0.9, label=name[4:])
    axes.plot(epochs, [row["auc"] for row in history], color=theme.INK, linewidth=2.2, label="mean")
    theme.label(axes, "Validation AUC", "epoch", "AUC")
    theme.legend(axes, "lower right", ncols=2)
