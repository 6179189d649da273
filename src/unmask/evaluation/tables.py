"""Rows and figures -> Markdown tables: one way to write a number with its interval, everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from unmask.evaluation.intervals import Figure
from unmask.evaluation.metrics import BY_KEY

NOTHING = "–"
PLAIN = {"roc_auc", "average_precision", "f1", "log_loss", "brier", "calibration_error"}
PLAIN |= {"auc_before", "auc_after", "auc_drop"}
TITLES = {
    **{key: metric.title for key, metric in BY_KEY.items()},
    "auc_before": "ROC-AUC before",
    "auc_after": "ROC-AUC after",
    "auc_drop": "ROC-AUC lost",
    "flipped": "firm verdicts turned",
    "taken_back": "firm verdicts taken back",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column to the left, all others to the right: they hold numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(_safe(cell) for cell in line) + " |" for line in lines)


def cell(key: str, figures: dict[str, Figure]) -> str:
    """`0.988 (0.982 to 0.993)` or `97.1 % (96.0 to 98.0)`; a dash where nothing was measured."""
    figure = figures.get(key)
    return NOTHING if figure is None else written(figure, key not in PLAIN)


def written(figure: Figure, as_percent: bool) -> str:
    if as_percent:
        return f"{100 * figure.value:.1f} % ({100 * figure.low:.1f} to {100 * figure.high:.1f})"
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _safe(text: str) -> str:
    """Names of sets and files come from outside: they may not break the table."""
    return text.replace("|", "\\|").replace("\n", " ")
