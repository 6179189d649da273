"""A detector's logits on labelled faces in, its new calibration and thresholds out, with what they changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unmask.evaluation.calibration import Flags, Floats, LabelledLogits, Method, fit, line
from unmask.evaluation.metrics import probability, ranking
from unmask.evaluation.operating_points import USUAL, Aims, caveats, operating_points
from unmask.evaluation.sample import Sample
from unmask.stages.detectors.spec import BINS, DetectorSpec, ScoreHistogram
from unmask.types import Calibration, Policy

FOLDS = 5


@dataclass(frozen=True)
class Truth:
    """How far probabilities are from what they claim, and how well they rank."""

    calibration_error: float
    brier: float
    log_loss: float
    roc_auc: float


@dataclass(frozen=True)
class Firmness:
    """What one policy does, on equally many real and fake faces: how often firm, how often then wrong."""

    false_alarm_budget: float
    coverage: float
    firm_error: float
    found: float


@dataclass(frozen=True)
class Recalibration:
    """`before` and `after` are measured on the same faces; `after` on faces each fit had not seen."""

    spec: DetectorSpec
    before: Truth
    after: Truth
    firmness: tuple[Firmness, ...]
    real: int
    fake: int
    caveats: tuple[str, ...]


def recalibrate(
    spec: DetectorSpec,
    faces: LabelledLogits,
    fitted_on: str,
    aims: Aims = USUAL,
    method: Method = "platt",
    strangers: LabelledLogits | None = None,
) -> Recalibration:
    calibration = fit(faces, fitted_on, method, aims.balance_sets)
    policies = operating_points(faces, calibration, aims, strangers)
    weights, said = faces.weights(aims.balance_sets), _said(faces, calibration)
    scores = score_histogram(said, faces.fake, weights)
    return Recalibration(
        spec=replace(spec, calibration=calibration, policies=policies, score_histogram=scores),
        before=truth(_said(faces, spec.calibration), faces, weights),
        after=truth(_held_out(faces, method, aims.balance_sets), faces, weights),
        firmness=tuple(firmness(p, said, faces, weights) for p in policies),
        real=int((~faces.fake).sum()),
        fake=int(faces.fake.sum()),
        caveats=caveats(policies),
    )


def truth(said: Floats, faces: LabelledLogits, weights: Floats) -> Truth:
    """Weighted like the fit: both classes count the same, and no set drowns the others."""
    sample = Sample(
        fake=faces.fake,
        probability=said,
        verdict=np.full(len(said), -1, np.int8),
        groups=np.arange(len(said)),
        weights=weights[None],
    )
    return Truth(
        calibration_error=float(probability.calibration_error(sample)[0]),
        brier=float(probability.brier(sample)[0]),
        log_loss=float(probability.log_loss(sample)[0]),
        roc_auc=float(ranking.roc_auc(sample)[0]),
    )


def firmness(policy: Policy, said: Floats, faces: LabelledLogits, weights: Floats) -> Firmness:
    called_fake, called_real = said >= policy.fake_above, said <= policy.real_below
    firm = float(weights[called_fake | called_real].sum())
    wrong = float(weights[(called_fake & ~faces.fake) | (called_real & faces.fake)].sum())
    return Firmness(
        false_alarm_budget=policy.false_alarm_budget,
        coverage=firm,
        firm_error=wrong / firm if firm else 0.0,
        found=float(weights[called_fake & faces.fake].sum() / weights[faces.fake].sum()),
    )


def score_histogram(said: Floats, fake: Flags, weights: Floats) -> ScoreHistogram:
    """Real and fake apart: pictures met later may be any mixture of the two."""
    real, fakes = (_shares(said[kind], weights[kind]) for kind in (~fake, fake))
    return ScoreHistogram(real, fakes)


def _shares(said: Floats, weights: Floats) -> tuple[float, ...]:
    counts, _ = np.histogram(said, BINS, (0, 1), weights=weights)
    return tuple(round(float(share), 6) for share in counts / counts.sum())


def _said(faces: LabelledLogits, calibration: Calibration) -> Floats:
    return np.array([calibration.probability(float(x)) for x in faces.logit])


def _held_out(faces: LabelledLogits, method: Method, balance_sets: bool) -> Floats:
    """Each face's probability from a fit on the other groups: the same faces would flatter it."""
    fold = _folds(faces)
    said = np.zeros(len(faces.logit))
    for k in np.unique(fold):
        held: Flags = fold == k
        said[held] = _said(faces.only(held), line(faces.only(~held), "", method, balance_sets))
    return said


def _folds(faces: LabelledLogits) -> NDArray[np.int64]:
    """Whole groups, dealt in turn by their names' hash and within each class: every fold has both."""
    fold = np.zeros(len(faces.fake), np.int64)
    for kind in (faces.fake, ~faces.fake):
        names, member = np.unique(faces.groups[kind], return_inverse=True)
        order = np.argsort([hashlib.sha256(name.encode()).hexdigest() for name in names])
        turn = np.empty(len(names), np.int64)
        turn[order] = np.arange(len(names)) % FOLDS
        fold[kind] = turn[member]
    return fold
