"""Scored pictures, damaged and judged again -> Robustness: what is lost, and how many verdicts turn into the opposite."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from unmask.dataset.manifest import Entry, Manifest
from unmask.evaluation.damages import DELIVERY, Damage
from unmask.evaluation.intervals import RESAMPLES, Figure, bounded, resampled
from unmask.evaluation.metrics.ranking import roc_auc
from unmask.evaluation.sample import Flags, Floats, Sample, share
from unmask.evaluation.scoring import Judge, Progress, Scored, answer_of, in_threads, to_sample
from unmask.evaluation.slices import by_set
from unmask.stages.decode import decode

PER_CLASS, FEW_PER_CLASS = 30, 15
GRID_RESAMPLES = 250
"""Two dozen damages times fifteen sets: a few hundred resamples are enough for their intervals."""


@dataclass(frozen=True)
class Shift:
    """One part of the pictures before and after; figures that it does not allow are missing."""

    name: str
    pictures: int
    lost_faces: int
    figures: dict[str, Figure]


@dataclass(frozen=True)
class Condition:
    family: str
    name: str
    whole: Shift
    sets: tuple[Shift, ...]


@dataclass(frozen=True)
class Robustness:
    """`delivery` was measured on every picture, the grid on up to `per_class` of each set and class."""

    delivery: Condition
    grid: tuple[Condition, ...]
    per_class: int


@dataclass(frozen=True)
class Bench:
    """Who judges which pictures, with how many workers."""

    judge: Judge
    manifest: Manifest
    workers: int = 2
    resamples: int = RESAMPLES
    progress: Progress | None = None


def robustness(
    bench: Bench, scored: Sequence[Scored], grid: Sequence[Damage], per_class: int = PER_CLASS
) -> Robustness:
    """Only pictures in which a face was found: the rest gave no answer that could change."""
    judged = [s for s in scored if s.answer.box is not None]
    kept = set(subset([s.entry for s in judged], per_class))
    some = [s for s in judged if s.entry in kept]
    quick = replace(bench, resamples=min(bench.resamples, GRID_RESAMPLES))
    return Robustness(
        delivery=condition(bench, judged, DELIVERY),
        grid=tuple(condition(quick, some, damage) for damage in grid),
        per_class=per_class,
    )


def subset(entries: Iterable[Entry], per_class: int) -> list[Entry]:
    """The same few pictures of each set and class every time, chosen by the hash of their paths."""
    taken: Counter[tuple[str, int]] = Counter()
    chosen = []
    for entry in sorted(entries, key=lambda e: hashlib.sha256(e.path.encode()).digest()):
        taken[entry.set, entry.label] += 1
        if taken[entry.set, entry.label] <= per_class:
            chosen.append(entry)
    return chosen


def condition(bench: Bench, before: Sequence[Scored], damage: Damage) -> Condition:
    after = in_threads(lambda s: _again(bench, s, damage), before, bench.workers, bench.progress)
    parts = zip(by_set(before), by_set(after), strict=True)
    return Condition(
        family=damage.family,
        name=damage.name,
        whole=shift("all sets", before, after, bench.resamples),
        sets=tuple(
            shift(a.name, a.pictures, b.pictures, bench.resamples, (a.borrowed, b.borrowed))
            for a, b in parts
        ),
    )


def shift(
    name: str,
    before: Sequence[Scored],
    after: Sequence[Scored],
    resamples: int = RESAMPLES,
    borrowed: tuple[Sequence[Scored], Sequence[Scored]] = ((), ()),
) -> Shift:
    """Verdicts of its own pictures; ranking with the borrowed real pictures, damaged likewise."""
    own = to_sample(before), to_sample(after)
    ranked = to_sample((*before, *borrowed[0])), to_sample((*after, *borrowed[1]))
    return Shift(
        name=name,
        pictures=len(before),
        lost_faces=sum(s.answer.box is None for s in after),
        figures=_turned(*own, resamples) | _ranking(*ranked, resamples),
    )


def _again(bench: Bench, scored: Scored, damage: Damage) -> Scored:
    """The pixels a reader of the damaged file would see, through the analyzer's whole path."""
    assert scored.answer.box is not None
    pixels = decode(bench.manifest.file(scored.entry).read_bytes()).pixels
    damaged = damage.apply(pixels, scored.answer.box)
    return Scored(scored.entry, answer_of(bench.judge.analyze_pixels(damaged)))


def _turned(before: Sample, after: Sample, resamples: int) -> dict[str, Figure]:
    """Among verdicts that were firm before: turned into the opposite, and taken back."""
    firm = before.verdict >= 0
    kinds = {
        "flipped": firm & (after.verdict >= 0) & (after.verdict != before.verdict),
        "taken_back": firm & (after.verdict < 0),
    }
    if not firm.any():
        return {}
    weights = [again.weights for again in resampled(before, resamples)]
    return {key: _share_of(firm, kind, np.concatenate(weights)) for key, kind in kinds.items()}


def _share_of(firm: Flags, kind: Flags, weights: Floats) -> Figure:
    drawn = share(weights @ kind.astype(np.float64), weights @ firm.astype(np.float64))
    return bounded(float(kind.sum() / firm.sum()), drawn, int(firm.sum()))


def _ranking(before: Sample, after: Sample, resamples: int) -> dict[str, Figure]:
    """Both on the pictures that still show a face, drawn alike, so the drop has an interval of its own."""
    seen = np.isfinite(before.probability) & np.isfinite(after.probability)
    before, after = before.only(seen), after.only(seen)
    if not before.fake.any() or before.fake.all():
        return {}
    pairs = [
        (roc_auc(a), roc_auc(after.reweighted(a.weights))) for a in resampled(before, resamples)
    ]
    first, second = (np.concatenate(drawn) for drawn in zip(*pairs, strict=True))
    was, now = float(roc_auc(before)[0]), float(roc_auc(after)[0])
    return {
        "auc_before": bounded(was, first),
        "auc_after": bounded(now, second),
        "auc_drop": bounded(was - now, first - second),
    }
