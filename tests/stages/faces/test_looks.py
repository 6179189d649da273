"""Squares cover the picture and overlap, and a box found in one maps back to where it was."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmask.stages.faces.boxes import Candidates
from unmask.stages.faces.looks import LARGEST_PART, OVERLAP, PAD, looks

SIZE = 64


def candidates(*boxes: tuple[float, float, float, float]) -> Candidates:
    return Candidates(np.array(boxes, np.float32), np.full(len(boxes), 0.9, np.float32))


def blank(width: int, height: int) -> np.ndarray:
    return np.zeros((height, width, 3), np.uint8)


def test_a_picture_that_fits_is_one_square_and_padded():
    (look,) = looks(np.full((40, 50, 3), 7, np.uint8), 1.0, SIZE)
    assert (look.square[:40, :50] == 7).all()
    assert (look.square[40:] == PAD).all()
    assert (look.square[:, 50:] == PAD).all()
    assert not any(look.open_sides)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.floats(0.1, 1.0))
def test_squares_cover_the_picture_and_overlap(width, height, scale):
    views = looks(blank(width, height), scale, SIZE)
    for axis, length in ((0, width), (1, height)):
        scaled = max(round(length * scale), 1)
        starts = sorted({view.corner[axis] for view in views})
        assert starts[0] == 0
        assert starts[-1] + SIZE >= scaled
        assert starts[-1] == max(scaled - SIZE, 0)
        for one, two in pairwise(starts):
            assert one + SIZE - two >= SIZE * OVERLAP - 1


@settings(max_examples=60, deadline=None)
@given(
    st.integers(60, 600),
    st.integers(60, 600),
    st.tuples(st.floats(0, 0.7), st.floats(0, 0.7), st.floats(0.05, 0.3)),
)
def test_a_box_maps_back_within_a_pixel(width, height, place):
    """Paint a face, letterbox the picture, box what is seen of it, and map the box back."""
    x, y, side = place[0] * width, place[1] * height, max(place[2] * min(width, height), 3)
    scale = min(1.0, SIZE / max(width, height))
    (look,) = looks(blank(width, height), scale, SIZE)
    exact = look.scale
    seen = candidates((x * exact[0], y * exact[1], (x + side) * exact[0], (y + side) * exact[1]))
    assert look.place(seen).boxes[0] == pytest.approx([x, y, x + side, y + side], abs=1e-2)
    assert exact[0] * width == pytest.approx(round(width * scale))
    nominal = np.array([x, y, x + side, y + side]) * scale
    back = look.place(candidates(tuple(nominal))).boxes[0]
    assert np.abs(back - [x, y, x + side, y + side]).max() <= 1 / scale


def test_pixels_map_back_too():
    """Not the arithmetic alone: a bright square is where its box says, in every square that shows it."""
    pixels = blank(200, 150)
    pixels[60:90, 120:150] = 255
    for look in looks(pixels, 0.8, SIZE):
        rows, columns = np.nonzero(look.square[..., 0] == 255)
        inside = len(rows) and rows.min() > 0 and columns.min() > 0
        if inside and rows.max() < SIZE - 1 and columns.max() < SIZE - 1:
            seen = candidates((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
            assert look.place(seen).boxes[0] == pytest.approx([120, 60, 150, 90], abs=2)
            break
    else:
        pytest.fail("no square showed the whole of it")


def test_what_an_inner_edge_cuts_is_dropped_and_what_the_picture_cuts_is_kept():
    first, last = looks(blank(100, 60), 1.0, SIZE)
    cut_right = candidates((40, 10, 64, 30))
    assert len(first.place(cut_right)) == 0
    assert len(last.place(cut_right)) == 1
    cut_left = candidates((0, 10, 20, 30))
    assert len(first.place(cut_left)) == 1
    assert len(last.place(cut_left)) == 0


def test_large_faces_are_left_to_the_wider_look():
    first, _ = looks(blank(100, 60), 1.0, SIZE)
    side = LARGEST_PART * SIZE
    assert len(first.place(candidates((5, 5, 5 + side - 1, 30)))) == 1
    assert len(first.place(candidates((5, 5, 5 + side + 1, 30)))) == 0
