"""A face keeps its number while it moves, grows and after a cut; two faces are two tracks; memory is bounded."""

from __future__ import annotations

import numpy as np
import pytest

from unmask.types import Box, Face
from unmask.video import tracks
from unmask.video.look import Seen
from unmask.video.tracks import Tracker, distance, likeness, signature


def _face(left: float, looks: int = 0, side: float = 40, chance: float = 0.5) -> Seen:
    pixels = np.random.default_rng(looks).integers(0, 256, (16, 16, 3), np.uint8)
    return Seen(Face(Box(left, 10, left + side, 10 + side), 0.9), (pixels,), (0.0,), chance)


def _numbers(tracker: Tracker, time: float, *seen: Seen, cut: bool = False) -> list[int]:
    return [t.number for t in tracker.update(time, seen, cut)]


def test_a_face_keeps_its_number_while_it_moves_and_grows():
    tracker = Tracker()
    for frame in range(20):
        assert _numbers(tracker, frame * 0.4, _face(frame * 20, side=40 + frame)) == [1]


def test_two_faces_are_two_tracks_in_any_order():
    tracker = Tracker()
    assert _numbers(tracker, 0, _face(0, 1), _face(200, 2)) == [1, 2]
    assert _numbers(tracker, 1, _face(205, 2), _face(5, 1)) == [2, 1]


def test_neighbours_that_touch_are_told_apart_by_their_looks():
    tracker = Tracker()
    assert _numbers(tracker, 0, _face(0, 1), _face(30, 2)) == [1, 2]
    assert _numbers(tracker, 1, _face(16, 2), _face(14, 1)) == [2, 1]


def test_over_a_cut_the_number_stays_only_where_box_and_looks_allow_it():
    tracker = Tracker()
    assert _numbers(tracker, 0, _face(0, 1)) == [1]
    assert _numbers(tracker, 1, _face(5, 2), cut=True) == [2]
    assert _numbers(tracker, 2, _face(3, 1), cut=True) == [1]
    assert _numbers(tracker, 3, _face(300, 1), cut=True) == [3]


def test_a_far_face_in_the_same_shot_is_somebody_else():
    tracker = Tracker()
    assert _numbers(tracker, 0, _face(0, 1)) == [1]
    assert _numbers(tracker, 0.4, _face(400, 1)) == [2]


def test_few_pictures_are_kept_of_a_long_track():
    tracker = Tracker()
    for frame in range(500):
        chance = 0.9 if frame == 77 else 0.1 if frame == 300 else 0.5
        (track,) = tracker.update(frame * 0.1, [_face(0, chance=chance)])
    assert len(track.keepsakes) <= tracks.KEPT + 2
    assert track.highest.sighting.time == pytest.approx(7.7)
    assert track.lowest.sighting.time == pytest.approx(30.0)
    times = [k.sighting.time for k in track.spread]
    assert times == sorted(times)
    assert times[-1] - times[0] > 20


def test_a_crowd_that_passes_by_does_not_fill_the_memory():
    tracker = Tracker()
    for number in range(400):
        tracker.update(number * 10.0, [_face(0, number)], cut=True)
    assert len(tracker.tracks) <= tracks.MOST_TRACKS
    assert tracker.forgotten == 400 - len(tracker.tracks)


def test_distance_counts_in_widths_of_the_face():
    assert distance(Box(0, 0, 10, 10), Box(10, 0, 20, 10)) == pytest.approx(1)
    assert distance(Box(0, 0, 10, 10), Box(-5, -5, 15, 15)) == pytest.approx(np.log(2))


def test_likeness_passes_over_light_and_contrast():
    pixels = np.random.default_rng(0).integers(50, 150, (32, 32, 3), np.uint8)
    brighter = (pixels * 1.5 + 20).clip(0, 255).astype(np.uint8)
    other = np.random.default_rng(1).integers(50, 150, (32, 32, 3), np.uint8)
    assert likeness(signature(pixels), signature(brighter)) > 0.99
    assert abs(likeness(signature(pixels), signature(other))) < 0.4
    assert likeness(signature(np.zeros_like(pixels)), signature(pixels)) == 0
