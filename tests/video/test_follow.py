"""Between two searches a face is looked for where it was; somebody missing, new or crowded brings a search."""

from __future__ import annotations

import numpy as np
import pytest
from tests.video.clips import BLUE, RED, SIZE, ColourFinder, Square, draw

from unmask.types import Box
from unmask.video import Look
from unmask.video.follow import Follower, shared


class Watched(ColourFinder):
    """Remembers how large the pictures were that it was given."""

    def __init__(self):
        self.widths = []

    def find(self, image):
        self.widths.append(image.width)
        return super().find(image)


@pytest.fixture
def finder():
    return Watched()


@pytest.fixture
def follower(finder, tiny_detector):
    return Follower(Look.open(tiny_detector, faces=finder))


def _boxes(seen):
    return [(s.face.box.left, s.face.box.top, s.face.box.width) for s in seen]


def test_a_walking_face_is_searched_for_once_a_second(follower, finder):
    for number in range(50):
        left = 20 + number * 2
        assert _boxes(follower.faces(draw([Square(left, 40, 24, RED)]), number / 25)) == [
            (left, 40, 24)
        ]
    assert finder.widths.count(SIZE[0]) == 2
    assert set(finder.widths) == {SIZE[0], 72}


def test_what_was_found_near_is_judged_as_what_was_found_in_the_whole(follower, tiny_detector):
    frame = draw([Square(60, 40, 24, RED)])
    follower.faces(frame, 0.0)
    (near,) = follower.faces(frame, 0.1)
    (whole,) = Follower(Look.open(tiny_detector, faces=ColourFinder())).faces(frame, 0.0)
    assert near.logits == whole.logits
    assert near.face.box == whole.face.box


def test_a_face_that_is_gone_or_jumped_brings_a_search(follower, finder):
    follower.faces(draw([Square(10, 40, 24, RED)]), 0.0)
    assert _boxes(follower.faces(draw([Square(150, 40, 24, RED)]), 0.1)) == [(150, 40, 24)]
    assert follower.faces(draw([]), 0.2) == ()
    assert finder.widths.count(SIZE[0]) == 3


def test_a_cut_brings_a_search(follower, finder):
    two = [Square(10, 40, 24, RED), Square(120, 40, 24, BLUE)]
    follower.faces(draw(two[:1]), 0.0)
    assert len(follower.faces(draw(two), 0.1)) == 1
    assert len(follower.faces(draw(two), 0.2, cut=True)) == 2


def test_another_size_of_frame_is_another_place(follower):
    """A stream may change its size; what was known then lies somewhere else."""
    follower.faces(draw([Square(120, 40, 24, RED)]), 0.0)
    small = draw([Square(20, 20, 24, BLUE)])[:60, :70].copy()
    assert _boxes(follower.faces(small, 0.1)) == [(20, 20, 24)]


def test_somebody_new_is_seen_within_a_second(follower):
    two = [Square(10, 40, 24, RED), Square(120, 40, 24, BLUE)]
    follower.faces(draw(two[:1]), 0.0)
    assert [len(follower.faces(draw(two), time)) for time in (0.5, 0.99, 1.0, 1.04)] == [1, 1, 2, 2]


def test_one_face_never_stands_for_two(follower, finder):
    """Two faces that end in the same place: the whole picture says how many there are."""
    follower.faces(draw([Square(60, 40, 24, RED), Square(90, 40, 24, BLUE)]), 0.0)
    assert len(follower.faces(draw([Square(75, 40, 24, RED)]), 0.1)) == 1
    assert finder.widths.count(SIZE[0]) == 2


def test_shared_area():
    box = Box(0, 0, 10, 10)
    assert shared(box, box) == 1
    assert shared(box, Box(5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert shared(box, Box(20, 20, 30, 30)) == 0
    assert np.isfinite(shared(Box(0, 0, 0, 0), Box(0, 0, 0, 0)))
