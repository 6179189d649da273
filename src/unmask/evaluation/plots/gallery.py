"""Evaluation + scored pictures -> all plots in one folder, in the order in which a report shows them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from unmask.dataset.manifest import Manifest
from unmask.evaluation.evaluation import Evaluation
from unmask.evaluation.plots import contact_sheet, forest, probability, ranking, verdicts
from unmask.evaluation.scoring import Scored

ORDER = (
    "sets", "roc", "precision_recall", "reliability", "scores", "confusion", "coverage",
    "generators", "slices", "robustness", "shortcuts", "mistakes",
)  # fmt: skip


def draw_all(
    result: Evaluation, scored: Sequence[Scored], manifest: Manifest, folder: Path
) -> tuple[Path, ...]:
    """Curves need both classes; a set of one class gets the plots that still mean something."""
    title = f"{result.measured.detector} {result.measured.version}"
    drawn = [
        forest.parts(result, result.sets, "Sets", folder / "sets.png"),
        verdicts.confusion(result, folder / "confusion.png"),
        verdicts.coverage(result, scored, folder / "coverage.png"),
        probability.histogram(result, scored, folder / "scores.png"),
        forest.parts(result, result.slices, "Slices", folder / "slices.png"),
    ]
    if result.generators:
        drawn.append(forest.parts(result, result.generators, "Makers", folder / "generators.png"))
    if "roc_auc" in result.pool.figures:
        drawn.append(ranking.roc(result, scored, folder / "roc.png"))
        drawn.append(ranking.precision_recall(result, scored, folder / "precision_recall.png"))
        drawn.append(probability.reliability(result, scored, folder / "reliability.png"))
    if result.robustness:
        drawn.append(forest.robustness(result.robustness, title, folder / "robustness.png"))
    if result.shortcuts:
        drawn.append(forest.shortcuts(result.shortcuts, title, folder / "shortcuts.png"))
    if any(contact_sheet.worst(scored, fake) for fake in (False, True)):
        drawn.append(contact_sheet.mistakes(scored, manifest, folder / "mistakes.png"))
    return tuple(sorted(drawn, key=lambda path: ORDER.index(path.stem)))
