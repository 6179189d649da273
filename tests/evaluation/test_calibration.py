"""The fit agrees with scikit-learn's, survives what Newton alone would not, and refuses nonsense."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from unmask.errors import TrainingError
from unmask.evaluation.calibration import LabelledLogits, fit


def drawn(count: int, slope: float, intercept: float, seed: int = 0) -> LabelledLogits:
    """Logits whose labels truly follow `slope * logit + intercept`."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(0, 4, count)
    chance = 1 / (1 + np.exp(-(slope * logit + intercept)))
    return LabelledLogits(logit, rng.random(count) < chance)


def reference(faces: LabelledLogits, weights, intercept: bool = True) -> tuple[float, float]:
    """The same optimum from scikit-learn: each smoothed target is two weighted examples."""
    fakes = int(faces.fake.sum())
    reals = len(faces.fake) - fakes
    target = np.where(faces.fake, (fakes + 1) / (fakes + 2), 1 / (reals + 2))
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=5000, fit_intercept=intercept)
    model.fit(
        np.tile(faces.logit, 2)[:, None],
        np.repeat([1, 0], len(faces.logit)),
        sample_weight=np.concatenate([weights * target, weights * (1 - target)]) * 1000,
    )
    return float(model.coef_[0, 0]), float(np.ravel(model.intercept_)[0])


@pytest.mark.parametrize("slope, intercept", [(0.3, 1.0), (1.0, 0.0), (2.5, -2.0)])
def test_platt_is_scikit_learns_optimum(slope, intercept):
    faces = drawn(600, slope, intercept)
    fitted = fit(faces, "here")
    assert (fitted.slope, fitted.intercept) == pytest.approx(
        reference(faces, faces.weights()), abs=2e-4
    )
    assert fitted.fitted_on == "here"


def test_temperature_is_scikit_learns_optimum_through_the_origin():
    faces = drawn(600, 0.4, 0.0)
    fitted = fit(faces, "here", method="temperature")
    expected, _ = reference(faces, faces.weights(), intercept=False)
    assert fitted.slope == pytest.approx(expected, abs=2e-4)
    assert fitted.intercept == 0.0


def test_the_truth_is_found_again():
    faces = drawn(40_000, 0.5, 0.0)
    fitted = fit(faces, "here")
    assert fitted.slope == pytest.approx(0.5, abs=0.03)
    assert fitted.intercept == pytest.approx(0.0, abs=0.06)


def test_separable_faces_give_a_finite_line():
    logit = np.concatenate([np.linspace(-3, -1, 50), np.linspace(1, 3, 50)])
    fitted = fit(LabelledLogits(logit, logit > 0), "here")
    assert 1 < fitted.slope < 50
    assert fitted.probability(-2.0) < 0.05
    assert fitted.probability(2.0) > 0.95


@given(st.floats(1e-3, 1e3), st.floats(-5, 5))
def test_scaling_and_shifting_the_logits_changes_no_probability(scale, shift):
    faces = drawn(80, 0.5, 0.3, seed=5)
    moved = LabelledLogits(faces.logit * scale + shift * scale, faces.fake)
    a, b = fit(faces, ""), fit(moved, "")
    said = [a.probability(float(x)) for x in faces.logit]
    assert [b.probability(float(x)) for x in moved.logit] == pytest.approx(said, abs=1e-3)


def test_classes_weigh_the_same_and_large_sets_are_capped():
    sets = ["large"] * 500 + ["small"] * 20 + ["large"] * 100
    faces = LabelledLogits.of(np.arange(620.0), [False] * 520 + [True] * 100, sets)
    weights = faces.weights()
    assert weights[faces.fake].sum() == pytest.approx(0.5)
    assert weights[~faces.fake].sum() == pytest.approx(0.5)
    assert weights[:500].sum() / weights[500:520].sum() == pytest.approx(50 / 20)
    alike = faces.weights(balance_sets=False)
    assert alike[0] == alike[510]


@pytest.mark.parametrize(
    "logit, fake, message",
    [
        (np.arange(30.0), np.arange(30) < 15, "opposite"),
        (np.zeros(30), np.arange(30) < 15, "same score"),
        (np.arange(30.0), np.arange(30) < 3, "at least 10"),
        (np.full(30, np.nan), np.arange(30) < 15, "not numbers"),
        (np.arange(30.0), np.arange(29) < 15, "one of each"),
    ],
)
def test_what_cannot_be_calibrated_is_refused(logit, fake, message):
    with pytest.raises(TrainingError, match=message):
        fit(LabelledLogits(logit, fake), "here")
