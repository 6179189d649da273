"""Thresholds keep what they promise on the faces they were made from, and are careful with few of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from unmask.evaluation.calibration import LabelledLogits, fit
from unmask.evaluation.operating_points import (
    Aims,
    caveats,
    operating_points,
    wilson,
)
from unmask.types import Calibration

PLAIN = Calibration(1.0, 0.0, "")
BY_FACE = Aims(balance_sets=False)


def two_clouds(count: int, apart: float = 4.0, seed: int = 0) -> LabelledLogits:
    rng = np.random.default_rng(seed)
    fake = np.arange(2 * count) % 2 == 1
    return LabelledLogits(rng.normal(np.where(fake, apart / 2, -apart / 2), 1.5), fake)


def probabilities(faces: LabelledLogits, calibration: Calibration = PLAIN) -> np.ndarray:
    return np.array([calibration.probability(x) for x in faces.logit])


@settings(max_examples=40, deadline=None)
@given(st.integers(30, 400), st.floats(0.5, 8), st.integers(0, 99))
def test_no_budget_is_overdrawn(count, apart, seed):
    faces = two_clouds(count, apart, seed)
    said = probabilities(faces)
    for policy in operating_points(faces, PLAIN, BY_FACE):
        accused = (said[~faces.fake] >= policy.fake_above).mean()
        assert accused <= policy.false_alarm_budget + 1e-9
        assert policy.false_alarm_rate.value == pytest.approx(accused)
        assert policy.false_alarm_rate.count == count
        assert policy.real_below <= policy.fake_above < 1


@settings(max_examples=40, deadline=None)
@given(st.integers(30, 400), st.floats(0.5, 8), st.integers(0, 99))
def test_the_answer_real_is_seldom_wrong(count, apart, seed):
    faces = two_clouds(count, apart, seed)
    said = probabilities(faces)
    policy = operating_points(faces, PLAIN, BY_FACE)[1]
    called_real = said <= policy.real_below
    if called_real.any():
        assert faces.fake[called_real].mean() <= 0.03 + 1e-9
    assert policy.miss_rate.value == pytest.approx((called_real & faces.fake).sum() / count)


def test_the_threshold_is_the_lowest_that_keeps_the_budget():
    faces = two_clouds(2000)
    said = probabilities(faces)
    for policy in operating_points(faces, PLAIN, BY_FACE):
        real = np.sort(said[~faces.fake])
        allowed = int(policy.false_alarm_budget * len(real))
        assert real[-allowed - 1] < policy.fake_above < real[-allowed]


def test_strangers_raise_thresholds_until_few_of_their_real_faces_are_accused():
    faces, strangers = two_clouds(2000), two_clouds(1000, seed=1)
    strangers = LabelledLogits(strangers.logit + 2, strangers.fake)
    said = probabilities(strangers)[~strangers.fake]
    alone = operating_points(faces, PLAIN, BY_FACE)
    guarded = operating_points(faces, PLAIN, BY_FACE, strangers)
    for plain, policy in zip(alone, guarded, strict=True):
        before, after = ((said >= p.fake_above).mean() for p in (plain, policy))
        assert before > 2 * policy.false_alarm_budget
        assert after <= 2 * policy.false_alarm_budget < after + 1.5 / len(said)
        assert policy.real_below == plain.real_below
    easy = LabelledLogits(strangers.logit - 6, strangers.fake)
    assert operating_points(faces, PLAIN, BY_FACE, easy) == alone


def test_no_single_set_of_strangers_is_accused_far_more_than_the_rest():
    faces, strangers = two_clouds(2000), two_clouds(1000, seed=1)
    sets = np.where(np.arange(2000) < 200, "portraits", "press")
    odd = LabelledLogits(strangers.logit + 4 * (sets == "portraits") - 2, strangers.fake, sets)
    policy = operating_points(faces, PLAIN, BY_FACE, odd)[1]
    real = ~odd.fake
    accused = probabilities(odd) >= policy.fake_above
    assert accused[real].mean() < 0.02
    assert wilson(accused[real & (sets == "portraits")].mean(), 100)[0] <= 0.03


def test_a_handful_of_strangers_moves_nothing():
    faces, few = two_clouds(2000), two_clouds(29, seed=1)
    few = LabelledLogits(few.logit + 4, few.fake)
    assert operating_points(faces, PLAIN, BY_FACE, few) == operating_points(faces, PLAIN, BY_FACE)


def test_stricter_budgets_ask_for_more():
    above = [p.fake_above for p in operating_points(two_clouds(3000), PLAIN)]
    assert above == sorted(above, reverse=True)


def test_calibration_moves_thresholds_but_not_decisions():
    faces = two_clouds(1500)
    fitted = fit(faces, "here")
    plain, moved = (operating_points(faces, c, BY_FACE) for c in (PLAIN, fitted))
    for a, b in zip(plain, moved, strict=True):
        fake_a = probabilities(faces) >= a.fake_above
        assert (fake_a == (probabilities(faces, fitted) >= b.fake_above)).all()


def test_few_faces_are_not_trusted_with_a_small_budget():
    faces = two_clouds(200)
    strict, one_percent, _ = operating_points(faces, PLAIN)
    assert strict.fake_above > probabilities(faces)[~faces.fake].max()
    assert strict.fake_above > one_percent.fake_above
    assert strict.false_alarm_rate.value == 0
    assert strict.false_alarm_rate.high == pytest.approx(wilson(0, 200)[1])
    assert len(caveats((strict, one_percent))) == 1
    assert "200 real faces" in caveats((strict,))[0]


def test_one_bad_set_raises_the_threshold_for_all():
    rng = np.random.default_rng(1)
    good, bad = rng.normal(-3, 1, 5000), rng.normal(0.5, 1, 60)
    logit = np.concatenate([good, bad, rng.normal(4, 1, 500)])
    fake = np.arange(len(logit)) >= 5060
    sets = np.array(["good"] * 5000 + ["bad"] * 60 + ["fakes"] * 500)
    faces = LabelledLogits(logit, fake, sets)
    alarms = {
        balanced: (
            1 / (1 + np.exp(-bad))
            >= operating_points(faces, PLAIN, Aims(balance_sets=balanced))[2].fake_above
        ).mean()
        for balanced in (True, False)
    }
    assert alarms[True] <= 0.1 < wilson(alarms[False], 60)[1]
    assert wilson(alarms[False], 60)[0] <= 0.15


def test_a_detector_that_knows_nothing_is_never_firm():
    rng = np.random.default_rng(2)
    faces = LabelledLogits(rng.normal(0, 1, 4000), np.arange(4000) % 2 == 1)
    said = probabilities(faces)
    for policy in operating_points(faces, PLAIN):
        assert (said <= policy.real_below).mean() < 0.01


def test_scores_at_the_end_of_the_scale_are_never_called_fake_when_a_real_face_is_there():
    logit = np.concatenate([np.full(100, 50.0), np.full(100, 60.0)])
    faces = LabelledLogits(logit, np.arange(200) >= 100)
    most = PLAIN.probability(1e9)
    assert all(most < p.fake_above < 1 for p in operating_points(faces, PLAIN))


@given(st.integers(1, 2000), st.floats(0, 1))
def test_wilson_is_scipys(count, part):
    hits = round(part * count)
    expected = binomtest(hits, count).proportion_ci(0.95, "wilson")
    assert wilson(hits / count, count) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_nothing_seen_is_nothing_known():
    assert wilson(0.0, 0) == (0.0, 1.0)
