"""Accuracy, precision, recall and F1 against scikit-learn, plain and weighted."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from unmask.evaluation.metrics import classification
from unmask.evaluation.sample import Sample

PAIRS = {
    "accuracy": reference.accuracy_score,
    "balanced_accuracy": reference.balanced_accuracy_score,
    "precision": reference.precision_score,
    "recall": reference.recall_score,
    "f1": reference.f1_score,
}


def specificity(fake, called, sample_weight):
    return reference.recall_score(~fake, ~called, sample_weight=sample_weight)


@pytest.mark.parametrize("name", [*PAIRS, "specificity"])
def test_equals_scikit_learn(name, sample, weighted):
    expected = PAIRS.get(name, specificity)
    called = sample.probability >= 0.5
    for case in (sample, weighted):
        got = getattr(classification, name)(case)
        want = [expected(case.fake, called, sample_weight=row) for row in case.weights]
        np.testing.assert_allclose(got, want, atol=1e-12)


def test_one_half_is_called_fake():
    sample = Sample(np.array([True]), np.array([0.5]), np.array([-1], np.int8), np.array([0]))
    assert classification.accuracy(sample) == [1.0]


def test_nothing_called_fake_has_no_precision():
    sample = Sample(
        np.array([True, False]), np.array([0.1, 0.2]), np.zeros(2, np.int8), np.arange(2)
    )
    assert np.isnan(classification.precision(sample)).all()
    assert classification.f1(sample) == [0.0]
