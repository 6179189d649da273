"""Drift: none for any mixture of what the card knows, much for anything else, nothing said too early."""

from __future__ import annotations

import math

import numpy as np
import pytest

from unmask.apps.server.drift import FEWEST, LATEST, Drift
from unmask.apps.server.metrics import Metrics

STEPS = np.arange(20)
REAL = np.exp(-STEPS / 2)
FAKE = REAL[::-1]
CARD = {"real": list(REAL / REAL.sum()), "fake": list(FAKE / FAKE.sum())}
ALARM = 0.15


def drawn(count: int, share_fake: float) -> list[float]:
    rng = np.random.default_rng(7)
    fakes = rng.random(count) < share_fake
    bins = [rng.choice(20, p=CARD["fake" if fake else "real"]) for fake in fakes]
    return [float(x) for x in (np.array(bins) + rng.random(count)) / 20]


@pytest.mark.parametrize("share_fake", [0, 0.03, 0.5, 1])
def test_no_mixture_of_the_cards_faces_is_drift(share_fake):
    drift = Drift(CARD)
    drift.add(drawn(LATEST, share_fake))
    assert drift.distance < ALARM / 3


@pytest.mark.parametrize(
    "odd",
    [[0.5], [0.3, 0.7], [x / 1000 for x in range(1000)]],
    ids=["never sure", "hesitant", "anything"],
)
def test_what_the_card_cannot_explain_is(odd):
    drift = Drift(CARD)
    drift.add(odd * (LATEST // len(odd)))
    assert drift.distance > ALARM


def test_the_distance_is_computed_by_hand():
    drift = Drift({"real": [1.0, 0, 0, 0], "fake": [0, 0, 0, 1.0]})
    drift.add([0.1] * 100 + [0.6] * 200 + [0.9] * 100)
    # At best half real: cumulative 0.5, 0.5, 0.5, 1 against 0.25, 0.25, 0.75, 1.
    assert drift.distance == pytest.approx(0.25)


def test_few_faces_prove_nothing():
    drift = Drift(CARD)
    drift.add([0.5] * (FEWEST - 1) + [None])
    assert math.isnan(drift.distance)
    drift.add([1.0])
    assert drift.distance > ALARM


def test_only_the_latest_faces_count():
    drift = Drift(CARD)
    drift.add([0.5] * 5000)
    drift.add(drawn(LATEST, 0.2))
    assert drift.faces == LATEST
    assert drift.distance < ALARM / 3


def offer(name: str, card: object) -> dict[str, object]:
    return {
        "name": name,
        "version": "1.0.0",
        "sha256": "0" * 64,
        "policies": [],
        "score_histogram": card,
    }


def test_metrics_tell_the_drift_of_pictures_and_of_detectors_with_a_histogram():
    metrics = Metrics()
    metrics.introduce([offer("known", CARD), offer("older", None)])
    header = {"label": "fake", "reason": "clear", "probabilities": [0.5] * FEWEST}
    for wish in (
        {"detector": ["known"]},
        {"detector": ["older"]},
        {"detector": ["known", "older"]},
    ):
        metrics.judged(wish, header)
    text = metrics.text().decode()
    assert f'unmask_drift_faces{{detector="known"}} {FEWEST}.0' in text
    drift = next(x for x in text.splitlines() if x.startswith('unmask_drift{detector="known"}'))
    assert float(drift.split()[1]) > ALARM
    assert "older" not in "".join(x for x in text.splitlines() if x.startswith("unmask_drift"))
