"""Log loss, Brier score and calibration error against scikit-learn, plain and weighted."""

from __future__ import annotations

import numpy as np
from sklearn import metrics as reference
from sklearn.calibration import calibration_curve

from unmask.evaluation.metrics import probability
from unmask.evaluation.sample import Sample


def test_log_loss_and_brier_equal_scikit_learn(sample, weighted):
    for case in (sample, weighted):
        said, rows = case.probability, case.weights
        loss = [reference.log_loss(case.fake, said, sample_weight=w) for w in rows]
        brier = [reference.brier_score_loss(case.fake, said, sample_weight=w) for w in rows]
        np.testing.assert_allclose(probability.log_loss(case), loss, atol=1e-12)
        np.testing.assert_allclose(probability.brier(case), brier, atol=1e-12)


def test_calibration_error_equals_scikit_learns_curve(sample):
    found, said = calibration_curve(sample.fake, sample.probability, n_bins=10)
    edges = np.linspace(0, 1, 11)[1:-1]
    count = np.bincount(np.digitize(sample.probability, edges, right=True), minlength=10)
    want = np.sum(np.abs(found - said) * count[count > 0]) / count.sum()
    np.testing.assert_allclose(probability.calibration_error(sample), [want], atol=1e-12)


def test_weights_act_like_copies(weighted):
    """Drawing a picture twice is the same as having it twice."""
    for row, got in zip(weighted.weights, probability.calibration_error(weighted), strict=True):
        copies = np.repeat(np.arange(len(weighted)), row.astype(int))
        again = weighted.reweighted(np.ones((1, len(weighted)))).only(copies)
        np.testing.assert_allclose(probability.calibration_error(again), [got], atol=1e-12)


def test_honest_probabilities_have_a_small_error_and_boasting_has_a_large_one():
    rng = np.random.default_rng(1)
    said = rng.uniform(0.05, 0.95, 20_000)
    fake = rng.random(20_000) < said
    zeros = np.zeros(20_000, np.int8)
    honest = Sample(fake, said, zeros, np.arange(20_000))
    boasting = Sample(fake, np.where(said > 0.5, 0.99, 0.01), zeros, np.arange(20_000))
    assert probability.calibration_error(honest)[0] < 0.02
    assert probability.calibration_error(boasting)[0] > 0.2


def test_bins_hold_their_upper_edge():
    edges = np.array([0.0, 0.1, 0.1001, 0.5, 0.95, 1.0])
    assert probability.bin_of(edges).tolist() == [0, 0, 1, 4, 9, 9]
