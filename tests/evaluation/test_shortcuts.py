"""The rival that knows only size, JPEG, colour and framing is a fair one: as good as scikit-learn's, and caught when it should be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from unmask.errors import EmptyDataset
from unmask.evaluation.shortcuts import FEATURES, RIDGE, fit, shortcuts


def test_the_regression_equals_scikit_learns():
    rng = np.random.default_rng(0)
    raw = rng.normal(0, [1, 5, 0.1], (300, 3)) + np.array([0, 100, 3])
    fake = rng.random(300) < 1 / (1 + np.exp(-(raw[:, 0] - (raw[:, 1] - 100) / 5)))
    model = fit(raw, fake)
    z = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    x = np.column_stack([z, np.clip(z, -5, 5) ** 2])
    balance = np.where(fake, 0.5 / fake.mean(), 0.5 / (~fake).mean())
    want = LogisticRegression(C=1 / RIDGE, max_iter=5000, tol=1e-10)
    want.fit(x, fake, sample_weight=balance)
    np.testing.assert_allclose(model.probability(raw), want.predict_proba(x)[:, 1], atol=1e-5)


def _with(scored, give_away):
    """Pictures whose width alone does or does not tell the class."""
    rng = np.random.default_rng(1)
    return [
        replace(
            s,
            traits=replace(
                s.traits,
                **dict.fromkeys(("red", "green", "blue", "contrast", "brightness"), 100.0),
                bytes_per_pixel=0.5,
                sharpness=1.0,
                width=float((300 if s.fake else 200) + 10 * rng.normal())
                if give_away
                else float(250 + 10 * rng.normal()),
            ),
        )
        for s in scored
    ]


def test_a_giveaway_is_found_and_its_absence_too(measurement):
    caught = shortcuts(_with(measurement.scored, True), _with(measurement.scored, True), 50)
    assert caught.rivals[0].traits.value > 0.99
    assert caught.features[int(np.argmax(np.abs(caught.weights)))] == "width"
    mixed = [s for s in measurement.scored if s.entry.set == "mixed"]
    innocent = shortcuts(_with(mixed, False), _with(mixed, False)[::-1], 50)
    assert innocent.rivals[0].traits.value < 0.85


def test_the_detector_stands_beside_it(measurement):
    found = measurement.result.shortcuts
    assert found.features == FEATURES
    assert found.trained_on == 56
    assert [r.name for r in found.rivals] == ["all sets", "makers", "mixed"]
    assert found.rivals[0].detector.value == measurement.result.pool.figures["roc_auc"].value


def test_missing_traits_are_filled_not_fatal(measurement):
    no_jpeg = [
        replace(s, traits=replace(s.traits, jpeg_quality=float("nan")))
        for s in measurement.scored[::2]
    ]
    mixed = [*no_jpeg, *measurement.scored[1::2]]
    found = shortcuts(mixed, mixed, 50)
    assert np.isfinite([*found.weights, found.rivals[0].traits.value]).all()


def test_one_class_teaches_nothing(measurement):
    fakes = [s for s in measurement.scored if s.fake]
    with pytest.raises(EmptyDataset, match="Train split"):
        shortcuts(fakes, measurement.scored)
