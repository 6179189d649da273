"""Logits of faces with known labels in, the Calibration that makes their probabilities true out.

Platt's method: a straight line from logits to log odds, fitted by Newton steps on the likelihood.
Temperature is the same line through the origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from unmask.errors import TrainingError
from unmask.types import Calibration

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Method = Literal["platt", "temperature"]

FEWEST = 10
SET_CAP = 50.0
"""A set counts for at most this many faces of a class: large sets must not drown the small ones."""

_STEPS, _HALVINGS, _ENOUGH = 100, 40, 1e-10
_NO_NAMES: NDArray[np.str_] = np.empty(0, np.str_)


@dataclass(frozen=True)
class LabelledLogits:
    """What a detector said about faces whose truth is known.

    `sets` names where each comes from; faces of one of the `groups` show one person or one clip.
    """

    logit: Floats
    fake: Flags
    sets: NDArray[np.str_] = field(default_factory=lambda: _NO_NAMES)
    groups: NDArray[np.str_] = field(default_factory=lambda: _NO_NAMES)

    def __post_init__(self) -> None:
        if not self.sets.size:
            object.__setattr__(self, "sets", np.full(len(self.logit), "all"))
        if not self.groups.size:
            object.__setattr__(self, "groups", np.arange(len(self.logit)).astype(np.str_))
        lengths = {len(x) for x in (self.logit, self.fake, self.sets, self.groups)}
        if len(lengths) > 1:
            raise TrainingError(
                f"{len(self.logit)} logits, {len(self.fake)} labels and {len(self.sets)} sets were "
                "given; there must be one of each for every face."
            )
        if not np.isfinite(self.logit).all():
            raise TrainingError("Some logits are not numbers. Score the pictures again.")

    @classmethod
    def of(
        cls, logit: Sequence[float], fake: Sequence[bool], sets: Sequence[str] = ()
    ) -> LabelledLogits:
        return cls(np.array(logit, np.float64), np.array(fake, bool), np.array(sets, np.str_))

    def only(self, chosen: Flags) -> LabelledLogits:
        return LabelledLogits(
            self.logit[chosen], self.fake[chosen], self.sets[chosen], self.groups[chosen]
        )

    def weights(self, balance_sets: bool = True) -> Floats:
        """One weight for each face: the classes weigh one half each, large sets no more than SET_CAP."""
        result = np.ones(len(self.logit))
        for kind in (self.fake, ~self.fake):
            if balance_sets:
                for name in np.unique(self.sets[kind]):
                    chosen = kind & (self.sets == name)
                    result[chosen] = min(1.0, SET_CAP / chosen.sum())
            result[kind] *= 0.5 / max(result[kind].sum(), 1e-12)
        return result


def fit(
    faces: LabelledLogits,
    fitted_on: str,
    method: Method = "platt",
    balance_sets: bool = True,
) -> Calibration:
    """Fits on validation faces; never call it with faces that the detector was trained or is tested on."""
    _check(faces)
    calibration = line(faces, fitted_on, method, balance_sets)
    if calibration.slope <= 0:
        raise TrainingError(
            f"Higher scores go with real faces here (slope {calibration.slope:.3g}); expected the "
            "opposite. Check that the labels are 0 for real and 1 for fake, or use another detector."
        )
    return calibration


def line(faces: LabelledLogits, fitted_on: str, method: Method, balance_sets: bool) -> Calibration:
    """The likeliest line, whatever it says; `fit` is the one that asks whether it makes sense."""
    slope, intercept = _newton(faces, faces.weights(balance_sets), method == "platt")
    return Calibration(slope, intercept, fitted_on)


def _check(faces: LabelledLogits) -> None:
    fakes = int(faces.fake.sum())
    reals = len(faces.fake) - fakes
    if min(fakes, reals) < FEWEST:
        raise TrainingError(
            f"{reals} real and {fakes} fake faces were given; calibration needs at least {FEWEST} "
            "of each. Add labelled pictures."
        )
    if np.ptp(faces.logit) == 0:
        raise TrainingError("Every face got the same score; there is nothing to calibrate.")


def _newton(faces: LabelledLogits, weights: Floats, with_intercept: bool) -> tuple[float, float]:
    scale = float(np.abs(faces.logit).max())
    columns = [faces.logit / scale] + ([np.ones(len(faces.logit))] if with_intercept else [])
    inputs, targets = np.stack(columns, axis=1), _targets(faces)
    line: Floats = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        said = _sigmoid(inputs @ line)
        gradient = inputs.T @ (weights * (said - targets))
        curvature = (inputs * (weights * said * (1 - said))[:, None]).T @ inputs
        damped = curvature + 1e-12 * np.eye(len(line))
        step = np.linalg.solve(damped, gradient).astype(np.float64)
        line = _descend(inputs, targets, weights, line, step)
        if float(gradient @ step) < _ENOUGH:
            break
    return float(line[0]) / scale, float(line[1]) if with_intercept else 0.0


def _descend(
    inputs: Floats, targets: Floats, weights: Floats, line: Floats, step: Floats
) -> Floats:
    """A full Newton step, or the largest half of a half of it that lowers the loss."""
    before = _loss(inputs @ line, targets, weights)
    for halving in range(_HALVINGS):
        moved: Floats = line - step * 0.5**halving
        if _loss(inputs @ moved, targets, weights) <= before:
            return moved
    return line


def _targets(faces: LabelledLogits) -> Floats:
    """Platt's targets, a little inside 0 and 1: a finite sample never shows that an error is impossible."""
    fakes = faces.fake.sum()
    reals = len(faces.fake) - fakes
    targets: Floats = np.where(faces.fake, (fakes + 1) / (fakes + 2), 1 / (reals + 2))
    return targets


def _loss(odds: Floats, targets: Floats, weights: Floats) -> float:
    return float(weights @ (np.logaddexp(0, odds) - targets * odds))


def _sigmoid(odds: Floats) -> Floats:
    result: Floats = np.exp(-np.logaddexp(0, -odds))
    return result
