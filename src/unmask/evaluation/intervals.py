"""Sample -> Figure for each metric: the value with its 95 % bootstrap interval, drawn over classes and groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from unmask.evaluation.metrics import Metric, Needs
from unmask.evaluation.sample import Floats, Sample

RESAMPLES = 1000
CHUNK = 250
TAIL = 0.025


@dataclass(frozen=True)
class Figure:
    """A measured value and where it lies with 95 % confidence."""

    value: float
    low: float
    high: float


def figures(
    sample: Sample, metrics: Sequence[Metric], resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Figure]:
    """Every metric that this sample allows; one that lacks a class is left out, not guessed."""
    result: dict[str, Figure] = {}
    for part, counts_unscored in ((sample.measured, False), (sample, True)):
        wanted = [m for m in metrics if m.counts_unscored is counts_unscored and _can(m, part)]
        if wanted:
            result |= _figures(part, wanted, resamples, seed)
    return {m.key: result[m.key] for m in metrics if m.key in result}


def _figures(
    sample: Sample, metrics: Sequence[Metric], resamples: int, seed: int
) -> dict[str, Figure]:
    drawn: dict[str, list[Floats]] = {m.key: [] for m in metrics}
    for again in resampled(sample, resamples, seed):
        for metric in metrics:
            drawn[metric.key].append(metric(again))
    exact = {m.key: float(m(sample)[0]) for m in metrics}
    return {
        m.key: bounded(
            exact[m.key], _placed(m, exact[m.key], drawn[m.key]), _cases(m, sample), m.stray
        )
        for m in metrics
        if np.isfinite(exact[m.key])
    }


def resampled(sample: Sample, resamples: int = RESAMPLES, seed: int = 0) -> Iterator[Sample]:
    """The sample drawn again with replacement, a few hundred times in each step.

    Groups (one person, one video) are drawn as a whole: their pictures are not independent. Groups of
    real pictures, of fakes, and of both are drawn apart, so no resample loses a class.
    """
    rng = np.random.default_rng(seed)
    _, member = np.unique(sample.groups, return_inverse=True)
    strata = _strata(sample, member)
    for start in range(0, resamples, CHUNK):
        counts = np.zeros((min(CHUNK, resamples - start), len(strata)))
        for kind in np.unique(strata):
            chosen = np.flatnonzero(strata == kind)
            counts[:, chosen] = _draw(rng, len(counts), len(chosen))
        yield sample.reweighted(counts[:, member])


def _strata(sample: Sample, member: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Floats:
    """Per group: 0 all real, 2 all fake, 1 both."""
    share: Floats = np.bincount(member, weights=sample.fake) / np.maximum(np.bincount(member), 1)
    return np.ceil(share) + np.floor(share)


def _draw(rng: np.random.Generator, resamples: int, count: int) -> Floats:
    """How often each of `count` things comes up in `count` draws: one flat histogram is the fast way."""
    picks = rng.integers(0, count, (resamples, count)) + count * np.arange(resamples)[:, None]
    counts = np.bincount(picks.ravel(), minlength=resamples * count)
    return counts.reshape(resamples, count).astype(np.float64)


def bounded(value: float, drawn: Floats, cases: int = 0, stray: float = 1.0) -> Figure:
    """The middle 95 % of what was drawn; with `cases`, a value of 0 or 1 keeps some doubt.

    Resampling says that 0 of 20 is 0 for certain. Clopper and Pearson's exact limit for nothing
    seen in n independent cases says otherwise; `stray` is what each such case would cost.
    """
    low, high = np.nanquantile(drawn, [TAIL, 1 - TAIL])
    doubt = stray * (1 - TAIL ** (1 / cases)) if cases else 0.0
    if cases and value >= 1:
        low = min(low, 1 - doubt)
    if cases and value <= 0:
        high = max(high, doubt)
    return Figure(value, float(low), float(high))


def _placed(metric: Metric, value: float, drawn: Sequence[Floats]) -> Floats:
    """A sum of absolute gaps grows with the noise that resampling adds; that much is taken off again."""
    every = np.concatenate(drawn)
    return np.maximum(every - np.mean(every) + value, 0.0) if metric.centred else every


def _cases(metric: Metric, sample: Sample) -> int:
    """Independent cases behind a figure: groups of the class it looks at, of the rarer one if of both."""
    if not metric.bounded:
        return 0
    if metric.among:
        return len(np.unique(sample.groups[metric.among(sample)]))
    real, fake = (len(np.unique(sample.groups[sample.fake == label])) for label in (False, True))
    counts = {Needs.REAL: real, Needs.FAKE: fake, Needs.BOTH: min(real, fake)}
    return counts.get(metric.needs, len(np.unique(sample.groups)))


def _can(metric: Metric, sample: Sample) -> bool:
    real, fake = not sample.fake.all(), bool(sample.fake.any())
    allowed = {Needs.REAL: real, Needs.FAKE: fake, Needs.BOTH: real and fake}
    return len(sample) > 0 and allowed.get(metric.needs, True)
