"""Sample -> how well fakes are ranked above real pictures, whatever the threshold: ROC-AUC, average precision, EER."""

from __future__ import annotations

import numpy as np

from unmask.evaluation.sample import Floats, Sample, share


def roc_auc(sample: Sample) -> Floats:
    """The chance that a fake scores higher than a real picture; a tie counts half."""
    curve = sample.curve
    area = np.sum(np.diff(curve.accused) * (curve.caught[:, 1:] + curve.caught[:, :-1]) / 2, axis=1)
    return share(area, curve.accused[:, -1] * curve.caught[:, -1])


def average_precision(sample: Sample) -> Floats:
    """Precision at each threshold, weighted by the fakes that threshold adds; no interpolation."""
    curve = sample.curve
    called = curve.caught[:, 1:] + curve.accused[:, 1:]
    precision = np.divide(curve.caught[:, 1:], called, out=np.zeros_like(called), where=called > 0)
    return share(np.sum(np.diff(curve.caught) * precision, axis=1), curve.caught[:, -1])


def equal_error_rate(sample: Sample) -> Floats:
    """Where the ROC curve, drawn with straight lines, has as many false alarms as misses."""
    if not _both(sample):
        return np.full(len(sample.weights), np.nan)
    false, true = _rates(sample)
    rows = np.arange(len(false))
    excess = false + true - 1  # false alarms minus misses: climbs from -1 to 1
    after = np.argmax(excess >= 0, axis=1)
    before = after - 1
    low, high = excess[rows, before], excess[rows, after]
    step = np.divide(-low, high - low, out=np.zeros_like(low), where=high > low)
    return np.asarray(false[rows, before] + step * (false[rows, after] - false[rows, before]))


def true_rate_at_1(sample: Sample) -> Floats:
    return true_rate_at(sample, 0.01)


def true_rate_at_5(sample: Sample) -> Floats:
    return true_rate_at(sample, 0.05)


def true_rate_at(sample: Sample, false_rate: float) -> Floats:
    """Fakes found at the best threshold that exists with at most so many false alarms."""
    if not _both(sample):
        return np.full(len(sample.weights), np.nan)
    false, true = _rates(sample)
    return np.asarray(np.where(false <= false_rate + 1e-12, true, 0.0).max(axis=1))


def _rates(sample: Sample) -> tuple[Floats, Floats]:
    return sample.curve.false_rate, sample.curve.true_rate


def _both(sample: Sample) -> bool:
    """Resampling keeps both classes when the sample has them, so one look is enough."""
    return bool(sample.fake.any() and not sample.fake.all())
