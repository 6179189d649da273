"""Saved again: the ways it is done, and what a change of mind leads to."""

from __future__ import annotations

import numpy as np

from unmask.stages.stability import WAYS, compare, settle, variants
from unmask.types import Label, Reason, Verdict

FAKE = Verdict(Label.FAKE, 0.97, Reason.CLEAR)
WEAKER = Verdict(Label.INCONCLUSIVE, 0.6, Reason.BETWEEN_THRESHOLDS)
TURNED = Verdict(Label.INCONCLUSIVE, 0.4, Reason.BETWEEN_THRESHOLDS)


def test_every_way_gives_another_picture_of_the_same_thing():
    pixels = np.random.default_rng(4).integers(0, 256, (60, 60, 3), np.uint8)
    made = variants(pixels)
    assert len(made) == len(WAYS) >= 3
    assert all(not np.array_equal(pixels, v) for v in made)
    assert all(abs(float(v.mean()) - float(pixels.mean())) < 6 for v in made)


def test_the_smallest_piece_survives():
    assert all(min(v.shape[:2]) >= 1 for v in variants(np.zeros((1, 1, 3), np.uint8)))


def test_an_answer_that_holds_stands():
    held = compare(FAKE, [FAKE] * len(WAYS))
    assert held.holds
    assert settle(FAKE, held) is FAKE


def test_an_answer_that_only_weakens_stands():
    assert compare(FAKE, [WEAKER] * len(WAYS)).holds


def test_an_answer_that_turns_is_none():
    held = compare(FAKE, [FAKE] * (len(WAYS) - 1) + [TURNED])
    settled = settle(FAKE, held)
    assert not held.holds
    assert (settled.label, settled.reason) == (Label.INCONCLUSIVE, Reason.UNSTABLE)
    assert settled.fake_probability == FAKE.fake_probability
    assert [v.name for v in held.variants] == list(WAYS)
