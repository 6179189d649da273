"""ROC-AUC, average precision, equal error rate and the true rate at few false alarms against scikit-learn and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from sklearn import metrics as reference

from unmask.evaluation.metrics import ranking
from unmask.evaluation.sample import Sample


def equal_error_rate(fake, probability, sample_weight):
    false, true, _ = reference.roc_curve(fake, probability, sample_weight=sample_weight)
    line = interp1d(false, true)
    return brentq(lambda x: 1.0 - x - line(x), 0.0, 1.0)


def true_rate_at(limit):
    def expected(fake, probability, sample_weight):
        false, true, _ = reference.roc_curve(
            fake, probability, sample_weight=sample_weight, drop_intermediate=False
        )
        return true[false <= limit + 1e-12].max()

    return expected


PAIRS = {
    "roc_auc": reference.roc_auc_score,
    "average_precision": reference.average_precision_score,
    "equal_error_rate": equal_error_rate,
    "true_rate_at_1": true_rate_at(0.01),
    "true_rate_at_5": true_rate_at(0.05),
}


@pytest.mark.parametrize("name", PAIRS)
def test_equals_scikit_learn(name, sample, weighted):
    for case in (sample, weighted):
        got = getattr(ranking, name)(case)
        want = [PAIRS[name](case.fake, case.probability, sample_weight=w) for w in case.weights]
        np.testing.assert_allclose(got, want, atol=1e-9)


@pytest.mark.parametrize("name", PAIRS)
def test_known_ends(name):
    fake = np.array([True] * 5 + [False] * 5)
    best = Sample(fake, np.where(fake, 0.9, 0.1), np.zeros(10, np.int8), np.arange(10))
    worst = Sample(fake, np.where(fake, 0.1, 0.9), np.zeros(10, np.int8), np.arange(10))
    perfect = 0.0 if name == "equal_error_rate" else 1.0
    assert getattr(ranking, name)(best) == pytest.approx([perfect])
    if name != "average_precision":
        assert getattr(ranking, name)(worst) == pytest.approx([1.0 - perfect])


def test_all_alike_is_a_coin():
    fake = np.array([True, False, True, False])
    sample = Sample(fake, np.full(4, 0.3), np.zeros(4, np.int8), np.arange(4))
    assert ranking.roc_auc(sample) == [0.5]
    assert ranking.equal_error_rate(sample) == pytest.approx([0.5])


@pytest.mark.parametrize("name", PAIRS)
def test_one_class_alone_has_no_ranking(name):
    real = Sample(np.zeros(4, bool), np.linspace(0.1, 0.9, 4), np.zeros(4, np.int8), np.arange(4))
    assert np.isnan(getattr(ranking, name)(real)).all()
