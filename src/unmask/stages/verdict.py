"""Scores + Calibration + Policy -> Verdict: one for each face, then one for the picture."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from unmask.types import Calibration, Face, Label, Policy, Reason, Score, Verdict

NOTHING_MEASURED = Verdict(Label.INCONCLUSIVE, None, Reason.NO_FACE)


@dataclass(frozen=True)
class Rule:
    """How to read one detector's logits: its calibration, and the thresholds in force."""

    calibration: Calibration
    policy: Policy


def strictness(policies: Sequence[Policy], budget: float, faces: int) -> Policy:
    """The policy for a budget in a picture of several faces.

    With n faces a picture has n chances of a false alarm. Each face is therefore held to the
    rate 1 - (1 - budget)^(1/n), so that the picture as a whole keeps the budget (Sidak).
    """
    policy = min(policies, key=lambda p: abs(p.false_alarm_budget - budget))
    if faces < 2:
        return policy
    per_face = -math.expm1(math.log1p(-budget) / faces)
    return replace(policy, fake_above=max(_threshold(policies, per_face), policy.fake_above))


def _threshold(policies: Sequence[Policy], rate: float) -> float:
    """The threshold for a rate between or beyond the measured ones: a line in log rate and log odds."""
    if len(policies) < 2:
        return policies[0].fake_above
    points = sorted((math.log(p.false_alarm_budget), _log_odds(p.fake_above)) for p in policies)
    x = math.log(rate)
    low, high = next(((a, b) for a, b in itertools.pairwise(points) if x <= b[0]), points[-2:])
    slope = (high[1] - low[1]) / (high[0] - low[0])
    return 1 / (1 + math.exp(-(low[1] + min(slope, 0.0) * (x - low[0]))))


def judge_face(face: Face, scores: Sequence[Score], rules: Sequence[Rule]) -> Verdict:
    """Firm only where every detector is firm and all say the same."""
    probability = combine(scores, rules)
    if max(face.box.width, face.box.height) < max(r.policy.min_face_pixels for r in rules):
        return Verdict(Label.INCONCLUSIVE, probability, Reason.FACE_TOO_SMALL)
    labels = {_label(s, r) for s, r in zip(scores, rules, strict=True)}
    if {Label.REAL, Label.FAKE} <= labels:
        return Verdict(Label.INCONCLUSIVE, probability, Reason.DETECTORS_DISAGREE)
    if Label.INCONCLUSIVE in labels:
        return Verdict(Label.INCONCLUSIVE, probability, Reason.BETWEEN_THRESHOLDS)
    return Verdict(labels.pop(), probability, Reason.CLEAR)


def combine(scores: Sequence[Score], rules: Sequence[Rule]) -> float:
    """The mean of the detectors' log odds, as a probability."""
    odds = [
        _log_odds(r.calibration.probability(s.logit)) for s, r in zip(scores, rules, strict=True)
    ]
    return 1 / (1 + math.exp(-sum(odds) / len(odds)))


def judge_image(verdicts: Sequence[Verdict]) -> Verdict:
    """Fake where a face is fake, real only where all are; otherwise what kept the answer open.

    The reason named is that of the most suspicious face among those that kept it open.
    """
    if not verdicts:
        return NOTHING_MEASURED
    for label in (Label.FAKE, Label.INCONCLUSIVE, Label.REAL):
        found = [v for v in verdicts if v.label is label]
        if found:
            return max(found, key=lambda v: v.fake_probability or 0.0)
    raise AssertionError("every verdict has a label")


def _label(score: Score, rule: Rule) -> Label:
    probability = rule.calibration.probability(score.logit)
    if probability >= rule.policy.fake_above:
        return Label.FAKE
    return Label.REAL if probability <= rule.policy.real_below else Label.INCONCLUSIVE


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))
