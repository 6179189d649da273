"""Cuts and key frames come before their turn, but never at the price of the clip's end."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from unmask.video import sampling
from unmask.video.sampling import MOST, Facts, SamplePlan, Sampler

RATE = 25


@pytest.fixture
def sampled(monkeypatch):
    """The times at which an imagined clip is looked at; faces are in every frame."""

    def take(seconds, keys=250, cuts=(), plan=SamplePlan(), known=True):
        def decoded(*_):
            for number in range(round(seconds * RATE)):
                yield number / RATE, SimpleNamespace(key_frame=number % keys == 0, number=number)

        class Cuts:
            def here(self, time, picture, key):
                return picture.number in cuts

        monkeypatch.setattr(sampling, "decoded", decoded)
        monkeypatch.setattr(
            sampling, "read_facts", lambda *_: Facts(seconds if known else None, False, "")
        )
        monkeypatch.setattr(sampling, "_Cuts", Cuts)
        monkeypatch.setattr(sampling, "upright", lambda picture: None)
        sampler, times = Sampler(Path("clip"), plan), []
        for sample in sampler:
            sampler.faces = True
            times.append(sample)
        return times, sampler

    return take


def _gaps(samples):
    return [b.time - a.time for a, b in pairwise(samples)]


def test_a_short_clip_is_looked_at_twice_a_second_and_in_pairs(sampled):
    samples, _ = sampled(30)
    assert max(_gaps(samples)) <= 0.52 + 1e-6
    assert sum(gap < 0.05 for gap in _gaps(samples)) >= 24


def test_every_shot_of_a_long_clip_is_seen_from_its_beginning(sampled):
    cuts = {number * RATE for number in (7, 8, 31, 100, 101, 180, 239)}
    samples, _ = sampled(240, cuts=cuts)
    assert {s.time for s in samples if s.cut} == {float(c / RATE) for c in cuts}


@pytest.mark.parametrize("keys", [1, 40, 250])
@pytest.mark.parametrize("every_cut", [0, 2, 25, 40])
def test_nothing_starves_the_end_of_a_clip_or_its_pairs(sampled, keys, every_cut):
    """A strobe, or key frames alone, would else use up all frames in the first minutes."""
    cuts = set(range(1, 240 * RATE, every_cut)) if every_cut else set()
    samples, sampler = sampled(240, keys=keys, cuts=cuts)
    assert not sampler.cut_short
    assert len(samples) <= MOST
    assert samples[-1].time > 240 - 3.3
    assert max(_gaps(samples)) <= 3.3
    assert sum(gap < 0.05 for gap in _gaps(samples)) >= 30


def test_few_frames_are_spread_over_the_clip(sampled):
    samples, _ = sampled(60, keys=50, plan=SamplePlan(max_frames=12))
    assert 6 <= len(samples) <= 12
    assert samples[-1].time > 45


def test_a_clip_that_does_not_tell_its_length_is_read_to_its_end(sampled):
    samples, sampler = sampled(1200, known=False)
    assert not sampler.cut_short
    assert samples[-1].time > 1000
