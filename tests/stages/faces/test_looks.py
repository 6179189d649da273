"""Squares cover the picture and overlap, and a box found in one maps back to where it was."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from unmask.pixels import shrink
from unmask.stages.faces.boxes import Candidates
from unmask.stages.faces.looks import (
    LARGEST_PART,
    NEARLY_WHOLE,
    OVERLAP,
    PAD,
    closer_looks,
    first_look,
)

SIZE = 64
NOWHERE = np.zeros((0, 4), np.float32)


def candidates(*boxes: tuple[float, float, float, float]) -> Candidates:
    return Candidates(np.array(boxes, np.float32), np.full(len(boxes), 0.9, np.float32))


def blank(width: int, height: int, grey: int = 0) -> Image.Image:
    return Image.new("RGB", (width, height), (grey,) * 3)


def test_a_picture_that_fits_is_one_square_and_padded():
    look = first_look(blank(50, 40, 7), 1, SIZE)
    assert (look.square[:40, :50] == 7).all()
    assert (look.square[40:] == PAD).all()
    assert (look.square[:, 50:] == PAD).all()
    assert not any(look.open_sides)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 700), st.integers(1, 700))
def test_the_first_look_shows_all_of_it_as_large_as_it_can(width, height):
    look = first_look(blank(width, height, 7), 1, SIZE)
    w, h = (round(side * scale) for side, scale in zip((width, height), look.scale, strict=True))
    shown = (look.square == 7).all(axis=2)
    assert shown.sum() == shown[: h + 1, : w + 1].sum() > 0
    assert shown[: max(h, 1), : max(w, 1)].all()
    assert max(w, h) + 1 >= min(max(width, height), SIZE / NEARLY_WHOLE)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 5))
def test_squares_cover_the_picture_and_overlap(width, height, blocks):
    views = closer_looks(shrink(blank(width, height), blocks), blocks, SIZE, NOWHERE)
    for axis, length in ((0, width), (1, height)):
        scaled = -(-length // blocks)
        starts = sorted({view.corner[axis] for view in views})
        assert starts[0] == 0
        assert starts[-1] == max(scaled - SIZE, 0)
        for one, two in pairwise(starts):
            assert one + SIZE - two >= SIZE * OVERLAP - 1


@settings(max_examples=60, deadline=None)
@given(
    st.integers(60, 600),
    st.integers(60, 600),
    st.integers(1, 3),
    st.tuples(st.floats(0, 0.9), st.floats(0, 0.9)),
)
def test_a_hint_is_shown_whole_and_alone(width, height, blocks, place):
    """One hint is one square, and there is no other that has it nearer to its middle."""
    x, y = round(place[0] * width), round(place[1] * height)
    hint = np.array([[x, y, x + 8, y + 8]], np.float32)
    scaled = shrink(blank(width, height), blocks)
    (look,) = closer_looks(scaled, blocks, SIZE, hint)
    middles = [
        np.array(view.corner) + SIZE / 2 for view in closer_looks(scaled, blocks, SIZE, NOWHERE)
    ]
    away = [np.abs(middle - (hint[0, :2] + 4) / blocks).max() for middle in middles]
    mine = np.abs(np.array(look.corner) + SIZE / 2 - (hint[0, :2] + 4) / blocks).max()
    assert mine == min(away)


def test_hints_that_share_a_square_are_looked_at_once():
    far_apart = np.array([[0, 0, 9, 9], [5, 5, 14, 14], [150, 100, 159, 109]], np.float32)
    assert len(closer_looks(blank(200, 150), 1, SIZE, far_apart)) == 2


@settings(max_examples=60, deadline=None)
@given(
    st.integers(60, 600),
    st.integers(60, 600),
    st.tuples(st.floats(0, 0.7), st.floats(0, 0.7), st.floats(0.05, 0.3)),
)
def test_a_box_maps_back_within_a_pixel(width, height, place):
    """Paint a face, letterbox the picture, box what is seen of it, and map the box back."""
    x, y, side = place[0] * width, place[1] * height, max(place[2] * min(width, height), 3)
    look = first_look(blank(width, height), 1, SIZE)
    exact = look.scale
    seen = candidates((x * exact[0], y * exact[1], (x + side) * exact[0], (y + side) * exact[1]))
    assert look.place(seen).boxes[0] == pytest.approx([x, y, x + side, y + side], abs=1e-2)


@pytest.mark.parametrize("blocks", [1, 2])
def test_pixels_map_back_too(blocks):
    """Not the arithmetic alone: a bright square is where its box says, in every square that shows it."""
    picture, shown = blank(200, 150), 0
    picture.paste((255, 255, 255), (120, 60, 150, 90))
    scaled = shrink(picture, blocks)
    views = closer_looks(scaled, blocks, SIZE, NOWHERE)
    for look in [*views, first_look(scaled, blocks, SIZE)]:
        rows, columns = np.nonzero(look.square[..., 0] > PAD + 20)
        inside = len(rows) and rows.min() > 0 and columns.min() > 0
        if inside and rows.max() < SIZE - 1 and columns.max() < SIZE - 1:
            seen = candidates((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
            assert look.place(seen).boxes[0] == pytest.approx([120, 60, 150, 90], abs=2)
            shown += 1
    assert shown >= 2


def test_what_an_inner_edge_cuts_is_dropped_and_what_the_picture_cuts_is_kept():
    first, last = closer_looks(blank(100, 60), 1, SIZE, NOWHERE)
    cut_right = candidates((40, 10, 64, 30))
    assert len(first.place(cut_right)) == 0
    assert len(last.place(cut_right)) == 1
    cut_left = candidates((0, 10, 20, 30))
    assert len(first.place(cut_left)) == 1
    assert len(last.place(cut_left)) == 0


def test_large_faces_are_left_to_the_wider_look():
    first, _ = closer_looks(blank(100, 60), 1, SIZE, NOWHERE)
    side = LARGEST_PART * SIZE
    assert len(first.place(candidates((5, 5, 5 + side - 1, 30)))) == 1
    assert len(first.place(candidates((5, 5, 5 + side + 1, 30)))) == 0
