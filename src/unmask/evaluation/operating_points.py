"""Calibrated validation faces in, one Policy for each false-alarm budget out: where `fake` and `real` begin.

`fake_above` keeps a budget: the share of real faces called fake, with every set counting alike and
none measurably far above the rest. `real_below` keeps the answer `real` trustworthy: of equally
many real and fake faces, at most `real_error` of those it calls real are fake.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from unmask.evaluation.calibration import Flags, Floats, LabelledLogits
from unmask.types import Calibration, Policy, Rate

BUDGETS = (0.001, 0.01, 0.05)
NEVER = 9.3
"""Log odds beyond what a calibration can give (9.2): a threshold there is never crossed."""

_Z95 = 1.959964
_ALL_STRANGERS, _WORST_SET, _FEWEST_IN_SET = 2.0, 3.0, 30


@dataclass(frozen=True)
class Aims:
    """What the thresholds must keep; `balance_sets` lets no set count for more than SET_CAP faces."""

    budgets: tuple[float, ...] = BUDGETS
    real_error: float = 0.03
    min_face_pixels: int = 48
    balance_sets: bool = True


USUAL = Aims()


def operating_points(
    faces: LabelledLogits,
    calibration: Calibration,
    aims: Aims = USUAL,
    strangers: LabelledLogits | None = None,
) -> tuple[Policy, ...]:
    """Strictest budget first; the rates are those measured on these very faces.

    `strangers` come from sets that training never saw. Familiar sets flatter a threshold, so it may
    not call more than twice its budget of the strangers' real faces fake, nor of one set measurably
    more than three times.
    """
    odds = _log_odds(faces, calibration)
    weights = faces.weights(aims.balance_sets)
    real_limit = _real_limit(odds, faces.fake, weights, aims.real_error)
    limits = [(b, _fake_limit(odds, faces, weights, b)) for b in sorted(aims.budgets)]
    if strangers is not None:
        theirs = _log_odds(strangers, calibration)
        limits = [(b, max(limit, _strangers_limit(theirs, strangers, b))) for b, limit in limits]
    return tuple(
        Policy(
            false_alarm_budget=budget,
            fake_above=_probability(limit),
            real_below=_probability(min(real_limit, limit)) if real_limit > -NEVER else 0.0,
            min_face_pixels=aims.min_face_pixels,
            false_alarm_rate=_rate(odds >= limit, ~faces.fake, weights),
            miss_rate=_rate(odds <= min(real_limit, limit), faces.fake, weights),
        )
        for budget, limit in limits
    )


def caveats(policies: tuple[Policy, ...]) -> tuple[str, ...]:
    """What the reader of these thresholds must know: budgets too small for the number of faces."""
    return tuple(
        f"The threshold for {p.false_alarm_budget:.1%} false alarms is extrapolated: "
        f"{p.false_alarm_rate.count} real faces show rates down to about "
        f"{1 / p.false_alarm_rate.count:.2%}."
        for p in policies
        if p.false_alarm_rate.count and p.false_alarm_budget * p.false_alarm_rate.count < 1
    )


def wilson(share: float, count: float) -> tuple[float, float]:
    """The 95 % interval of a share seen in `count` cases; it stays sensible at 0 and 1."""
    if count <= 0:
        return 0.0, 1.0
    z2 = _Z95**2 / count
    middle = (share + z2 / 2) / (1 + z2)
    half = _Z95 / (1 + z2) * math.sqrt(share * (1 - share) / count + z2 / (4 * count))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _log_odds(faces: LabelledLogits, calibration: Calibration) -> Floats:
    p = np.array([calibration.probability(float(logit)) for logit in faces.logit])
    result: Floats = np.log(p) - np.log1p(-p)
    return result


def _fake_limit(odds: Floats, faces: LabelledLogits, weights: Floats, budget: float) -> float:
    """The lowest limit within the budget, or further out when too few faces could show that."""
    real = ~faces.fake
    seen = max(_quantile(odds[real], weights[real], budget), _worst_set(odds, faces, budget))
    if budget * _effective(weights[real]) >= 1:
        return seen
    return min(max(seen, _extrapolated(odds[real], weights[real], budget)), NEVER)


def _strangers_limit(odds: Floats, strangers: LabelledLogits, budget: float) -> float:
    """The lowest limit that all of them together and each of their sets can bear."""
    real = odds[~strangers.fake]
    if len(real) < _FEWEST_IN_SET:
        return -NEVER
    together = _quantile(real, np.ones(len(real)), _ALL_STRANGERS * budget)
    return max(together, _worst_set(odds, strangers, budget))


def _worst_set(odds: Floats, faces: LabelledLogits, budget: float) -> float:
    real = ~faces.fake
    sets = (faces.sets == name for name in np.unique(faces.sets[real]))
    return max(_set_limit(odds[real & one], budget) for one in sets)


def _quantile(odds: Floats, weights: Floats, budget: float) -> float:
    """Half-way between the lowest score whose share of false alarms fits and the next one below."""
    values, where = np.unique(odds, return_inverse=True)
    share = np.bincount(where, weights=weights)
    at_or_above = np.cumsum(share[::-1])[::-1] / share.sum()
    first = int(np.searchsorted(-at_or_above, -budget - 1e-12, side="left"))
    if first == len(values):
        return _just_above(float(values[-1]))
    return float(values[first] + values[max(first - 1, 0)]) / 2


def _just_above(odds: float) -> float:
    return min(odds + 0.05, NEVER)


def _set_limit(odds: Floats, budget: float) -> float:
    """The lowest limit at which one set is not measurably above three times the budget."""
    ranked = np.sort(odds)[::-1]
    if len(ranked) < _FEWEST_IN_SET:
        return -NEVER
    for alarms in range(len(ranked), 0, -1):
        if wilson(alarms / len(ranked), len(ranked))[0] <= _WORST_SET * budget:
            return (
                -NEVER if alarms == len(ranked) else float(ranked[alarms] + ranked[alarms - 1]) / 2
            )
    return _just_above(float(ranked[0]))


def _extrapolated(odds: Floats, weights: Floats, budget: float) -> float:
    """A line through the limits for 5 % and 1 % in log rate, carried on: tails are no steeper than that."""
    wide, narrow = (_quantile(odds, weights, rate) for rate in (0.05, 0.01))
    steps = math.log(0.01 / budget) / math.log(0.05 / 0.01)
    return narrow + max(narrow - wide, 0.0) * max(steps, 0.0)


def _real_limit(odds: Floats, fake: Flags, weights: Floats, error: float) -> float:
    """The highest limit below which the share of fakes is at most `error`."""
    values, where = np.unique(odds, return_inverse=True)
    wrong = np.cumsum(np.bincount(where, weights=weights * fake, minlength=len(values)))
    called = np.cumsum(np.bincount(where, weights=weights, minlength=len(values)))
    good = np.flatnonzero(wrong <= error * called)
    if not len(good):
        return -NEVER
    last = int(good[-1])
    return float(values[last] + values[min(last + 1, len(values) - 1)]) / 2


def _rate(flagged: Flags, among: Flags, weights: Floats) -> Rate:
    """A weighted share; its interval is Wilson's for as many faces as the weights are worth."""
    chosen = weights[among]
    value = float(chosen[flagged[among]].sum() / chosen.sum())
    low, high = wilson(value, _effective(chosen))
    return Rate(value, low, high, int(among.sum()))


def _effective(weights: Floats) -> float:
    """Kish's number: how many equally weighted faces would be as informative."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _probability(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds))
