"""Several evaluations of the same pictures -> Comparison: one line each, and differences drawn pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unmask.errors import ConfigError
from unmask.evaluation.evaluation import Evaluation
from unmask.evaluation.intervals import RESAMPLES, Figure, bounded, resampled
from unmask.evaluation.metrics.ranking import roc_auc
from unmask.evaluation.sample import VERDICTS, Flags, Floats, Sample
from unmask.evaluation.storage import Score, read_evaluation, read_scores
from unmask.evaluation.tables import TITLES, cell, table, written
from unmask.types import Label

KEYS = (
    "roc_auc",
    "accuracy",
    "false_alarms",
    "found",
    "coverage",
    "firm_error",
    "calibration_error",
)


@dataclass(frozen=True)
class Contestant:
    """`mean_auc` is the plain mean over the sets that have fakes: no set counts more for being large."""

    name: str
    evaluation: Evaluation
    mean_auc: Figure
    ahead: Figure | None

    @property
    def megabytes(self) -> float:
        return self.evaluation.measured.model_bytes / 1e6


@dataclass(frozen=True)
class Comparison:
    """The first contestant is what the others are measured against: `ahead` is their mean AUC minus its own."""

    contestants: tuple[Contestant, ...]


def comparison(folders: Sequence[Path], resamples: int = RESAMPLES) -> Comparison:
    """All were asked about the same pictures; anything else would compare the pictures."""
    results = [read_evaluation(folder) for folder in folders]
    prints = {result.measured.data_fingerprint for result in results}
    if len(prints) > 1:
        raise ConfigError(
            "These evaluations are of different pictures, so their figures say nothing about each "
            "other. Run `unmask evaluate` on the same data for all of them."
        )
    scores = [read_scores(folder) for folder in folders]
    shared = frozenset.intersection(*(frozenset(_scored(s)) for s in scores))
    drawn = [_mean_aucs(s, shared, resamples) for s in scores]
    return Comparison(
        tuple(
            Contestant(name, result, bounded(*own), None if i == 0 else _difference(own, drawn[0]))
            for i, (name, result, own) in enumerate(zip(_names(folders, results), results, drawn, strict=True))
        )
    )  # fmt: skip


def comparison_table(result: Comparison) -> str:
    head = [
        "detector",
        "MB",
        "ms",
        "mean AUC of sets",
        "ahead of the first",
        *(TITLES[k] for k in KEYS),
    ]
    rows = [
        [c.name, f"{c.megabytes:.1f}", f"{c.evaluation.milliseconds:.0f}",
         written(c.mean_auc, False), "" if c.ahead is None else written(c.ahead, False)]
        + [cell(key, c.evaluation.pool.figures) for key in KEYS]
        for c in result.contestants
    ]  # fmt: skip
    return f"{table(head, rows)}\n\n{_by_set(result)}"


def _by_set(result: Comparison) -> str:
    """ROC-AUC per set; share called fake where a set has real pictures only."""
    first = result.contestants[0].evaluation
    rows = []
    for i, section in enumerate(first.sets):
        key = "roc_auc" if section.fake else "false_alarms"
        cells = [cell(key, c.evaluation.sets[i].figures) for c in result.contestants]
        rows.append([f"{section.name}: {TITLES[key]}", *cells])
    return table(["", *(c.name for c in result.contestants)], rows)


def _names(folders: Sequence[Path], results: Sequence[Evaluation]) -> list[str]:
    """The detector's own name, with its folder's where two have the same."""
    names = [f"{r.measured.detector} {r.measured.version}" for r in results]
    return [
        f"{name} ({folder.name})" if names.count(name) > 1 else name
        for name, folder in zip(names, folders, strict=True)
    ]


def _scored(scores: Sequence[Score]) -> list[str]:
    return [s.path for s in scores if np.isfinite(s.probability)]


def _mean_aucs(
    scores: Sequence[Score], shared: frozenset[str], resamples: int
) -> tuple[float, Floats]:
    """The value and its draws; the same seed and the same pictures draw alike for every detector."""
    mine = sorted((s for s in scores if s.path in shared), key=lambda s: s.path)
    sample, parts = _sample(mine), _parts(mine)
    if not parts:
        raise ConfigError("Ranking needs real pictures and fakes that all detectors gave a score.")
    drawn = [_mean_auc(again, parts) for again in resampled(sample, resamples)]
    return float(_mean_auc(sample, parts)[0]), np.concatenate(drawn)


def _mean_auc(sample: Sample, parts: Sequence[Flags]) -> Floats:
    return np.asarray(np.nanmean([roc_auc(sample.only(part)) for part in parts], axis=0))


def _parts(scores: Sequence[Score]) -> list[Flags]:
    """Each set with fakes; with the real pictures of all where it has none of its own."""
    sets = np.array([s.set for s in scores])
    fake = np.array([s.fake for s in scores])
    parts = []
    for name in sorted(set(sets[fake])) if (~fake).any() else []:
        mine = sets == name
        parts.append(mine if (~fake & mine).any() else mine | ~fake)
    return parts


def _sample(scores: Sequence[Score]) -> Sample:
    _, groups = np.unique([f"{s.set}/{s.group}" for s in scores], return_inverse=True)
    return Sample(
        np.array([s.fake for s in scores], bool),
        np.array([s.probability for s in scores], np.float64),
        np.array([VERDICTS[Label(s.verdict)] for s in scores], np.int8),
        groups.astype(np.int64),
    )


def _difference(own: tuple[float, Floats], first: tuple[float, Floats]) -> Figure:
    return bounded(own[0] - first[0], own[1] - first[1])
