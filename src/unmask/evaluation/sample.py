"""Labels, probabilities and verdicts of many pictures -> Sample: what every metric measures, once or a thousand times over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from unmask.types import Label

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

VERDICTS = {Label.REAL: 0, Label.FAKE: 1, Label.INCONCLUSIVE: -1}


@dataclass(frozen=True)
class Curve:
    """Fakes caught and real pictures accused as the threshold falls, per resample; ties fall together."""

    thresholds: Floats
    caught: Floats
    accused: Floats

    @property
    def true_rate(self) -> Floats:
        return self.caught / self.caught[:, -1:]

    @property
    def false_rate(self) -> Floats:
        return self.accused / self.accused[:, -1:]


@dataclass(frozen=True)
class Sample:
    """`weights` has one row per resample: how often each picture was drawn; plain measuring has one row of ones.

    A picture that got no score (no face found) has the probability NaN and the verdict -1.
    """

    fake: Flags
    probability: Floats
    verdict: NDArray[np.int8]
    groups: NDArray[np.int64]
    weights: Floats = field(default_factory=lambda: np.empty((0, 0)))

    def __post_init__(self) -> None:
        if not self.weights.size:
            object.__setattr__(self, "weights", np.ones((1, len(self.fake))))

    def __len__(self) -> int:
        return len(self.fake)

    @cached_property
    def measured(self) -> Sample:
        """Only the pictures that got a probability."""
        scored = np.isfinite(self.probability)
        return self if scored.all() else self.only(scored)

    @cached_property
    def curve(self) -> Curve:
        """Sorts once; every resample is then a pair of running sums. Starts at (0, 0)."""
        order = np.argsort(-self.probability, kind="stable")
        ranked = self.probability[order]
        last_of_tie = np.append(np.diff(ranked) != 0, True) if len(ranked) else np.zeros(0, bool)
        weights = self.weights[:, order]
        caught = np.cumsum(weights * self.fake[order], axis=1)[:, last_of_tie]
        accused = np.cumsum(weights * ~self.fake[order], axis=1)[:, last_of_tie]
        start = ((0, 0), (1, 0))
        thresholds = np.concatenate([[np.inf], ranked[last_of_tie]])
        return Curve(thresholds, np.pad(caught, start), np.pad(accused, start))

    def total(self, chosen: Flags) -> Floats:
        """How many of the chosen pictures each resample holds."""
        return self.weights @ chosen.astype(np.float64)

    def only(self, chosen: Flags) -> Sample:
        return Sample(
            self.fake[chosen],
            self.probability[chosen],
            self.verdict[chosen],
            self.groups[chosen],
            self.weights[:, chosen],
        )

    def reweighted(self, weights: Floats) -> Sample:
        return replace(self, weights=weights)


def share(part: Floats, whole: Floats) -> Floats:
    """part / whole, NaN where there is nothing to divide by."""
    result: Floats = np.full(np.shape(whole), np.nan)
    np.divide(part, whole, out=result, where=whole > 0)
    return result
