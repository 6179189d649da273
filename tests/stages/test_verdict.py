"""Verdicts: thresholds, several detectors, several faces, and the false alarms of a crowd."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tiny_models import policies

from unmask.stages.verdict import Rule, combine, judge_face, judge_image, strictness
from unmask.types import Box, Calibration, Face, Label, Reason, Score, Verdict

FACE = Face(Box(0, 0, 50, 50), 0.9)
NO_MAP = np.zeros((1, 1), np.float32)
POLICIES = policies()
RULE = Rule(Calibration(1.0, 0.0, ""), POLICIES[1])


def score(probability: float) -> Score:
    return Score("tiny", math.log(probability / (1 - probability)), NO_MAP)


@pytest.mark.parametrize(
    ("probability", "label", "reason"),
    [
        (0.97, Label.FAKE, Reason.CLEAR),
        (0.05, Label.REAL, Reason.CLEAR),
        (0.5, Label.INCONCLUSIVE, Reason.BETWEEN_THRESHOLDS),
    ],
)
def test_the_three_answers(probability, label, reason):
    verdict = judge_face(FACE, [score(probability)], [RULE])
    assert (verdict.label, verdict.reason) == (label, reason)
    assert verdict.fake_probability == pytest.approx(probability)


def test_a_small_face_gets_no_firm_answer():
    tiny = Face(Box(0, 0, 10, 12), 0.9)
    assert judge_face(tiny, [score(0.999)], [RULE]).reason is Reason.FACE_TOO_SMALL


def test_detectors_that_contradict_each_other():
    verdict = judge_face(FACE, [score(0.99), score(0.01)], [RULE, RULE])
    assert verdict.reason is Reason.DETECTORS_DISAGREE


def test_one_undecided_detector_leaves_it_open():
    verdict = judge_face(FACE, [score(0.99), score(0.5)], [RULE, RULE])
    assert verdict.reason is Reason.BETWEEN_THRESHOLDS


def test_the_combined_probability_is_the_mean_of_log_odds():
    assert combine([score(0.9), score(0.1)], [RULE, RULE]) == pytest.approx(0.5)


def verdict(label: Label, probability: float) -> Verdict:
    reason = Reason.BETWEEN_THRESHOLDS if label is Label.INCONCLUSIVE else Reason.CLEAR
    return Verdict(label, probability, reason)


def test_no_face_no_answer():
    assert judge_image([]) == Verdict(Label.INCONCLUSIVE, None, Reason.NO_FACE)


def test_one_fake_face_makes_a_fake_picture():
    fake = verdict(Label.FAKE, 0.98)
    assert judge_image([verdict(Label.REAL, 0.1), fake, verdict(Label.INCONCLUSIVE, 0.6)]) == fake


def test_a_picture_is_real_only_when_all_its_faces_are():
    real, unsure = verdict(Label.REAL, 0.1), verdict(Label.INCONCLUSIVE, 0.4)
    assert judge_image([real, unsure]) == unsure
    assert judge_image([real, verdict(Label.REAL, 0.15)]).label is Label.REAL


def test_a_measured_budget_is_taken_as_it_stands():
    assert strictness(POLICIES, 0.01, faces=1) == POLICIES[1]


@given(st.sampled_from([0.001, 0.01, 0.05]), st.integers(1, 200))
def test_more_faces_are_held_to_a_higher_threshold(budget, faces):
    fewer = strictness(POLICIES, budget, faces)
    more = strictness(POLICIES, budget, faces + 1)
    assert fewer.fake_above <= more.fake_above < 1


def test_a_crowd_of_real_faces_keeps_the_pictures_budget():
    """Faces whose scores follow the measured tail exactly: the share of pictures with an alarm is the budget."""
    rng = np.random.default_rng(3)
    points = [(math.log(p.false_alarm_budget), p.fake_above) for p in POLICIES]
    x = [math.log(t / (1 - t)) for _, t in points]
    y = [r for r, _ in points]
    slope = (y[1] - y[0]) / (x[1] - x[0])
    for faces in (2, 5, 10):
        rates = rng.random((200_000, faces))
        log_odds = x[0] + (np.log(rates) - y[0]) / slope
        threshold = strictness(POLICIES, 0.01, faces).fake_above
        alarms = (log_odds >= math.log(threshold / (1 - threshold))).any(axis=1).mean()
        assert alarms == pytest.approx(0.01, abs=0.0015)
