"""The cells near the middle of a face must see it, and their distances give its box back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask.training.finder.targets import REACH, SIZE, STRIDES, cell_centres, encode

NOTHING = np.zeros((0, 4), np.float32)


def encoded(*boxes, doubtful=NOTHING) -> np.ndarray:
    return encode(np.array(boxes, np.float32).reshape(-1, 4), np.asarray(doubtful, np.float32))


def test_cells_tile_the_square():
    centres, strides = cell_centres()
    assert len(centres) == sum((SIZE // s) ** 2 for s in STRIDES) == 1344
    for stride in STRIDES:
        mine = centres[strides == stride]
        assert mine.min() == stride / 2
        assert mine.max() == SIZE - stride / 2
    assert centres[0].tolist() == [4, 4]
    assert centres[1].tolist() == [12, 4]


def test_reaches_join_without_a_gap():
    spans = [REACH[stride] for stride in STRIDES]
    assert all(second[0] < first[1] for first, second in pairwise(spans))


@given(st.floats(14, SIZE), st.floats(0.6, 1.0), st.floats(0, 1), st.floats(0, 1))
def test_every_face_is_seen_by_a_cell_that_knows_its_box(side, narrow, x, y):
    width, height = side * narrow, side
    left, top = x * (SIZE - width), y * (SIZE - height)
    box = np.array([left, top, left + width, top + height], np.float32)
    target = encoded(box)
    sees = target[:, 0] == 1
    assert sees.any()
    assert (target[sees, 1] == 1).all()
    centres, strides = cell_centres()
    back = np.concatenate(
        [centres[sees] - target[sees, 2:4], centres[sees] + target[sees, 4:6]], axis=1
    )
    assert back == pytest.approx(np.tile(box, (sees.sum(), 1)), abs=1e-3)
    assert (target[sees, 2:] > 0).all()
    for stride in set(strides[sees].tolist()):
        assert REACH[int(stride)][0] <= side * 1.0001
        assert side <= REACH[int(stride)][1] * 1.0001


def test_no_face_means_no_everywhere():
    target = encoded()
    assert not target[:, 0].any()
    assert (target[:, 1] == 1).all()


def test_doubt_is_not_counted_but_a_face_in_it_is():
    target = encoded([20, 20, 44, 44], doubtful=[[0, 0, 128, 128]])
    centres, _ = cell_centres()
    inside = (centres < 128).all(axis=1)
    assert (target[inside & (target[:, 0] == 0), 1] == 0).all()
    assert (target[~inside, 1] == 1).all()
    assert (target[target[:, 0] == 1, 1] == 1).all()
    assert target[:, 0].any()


def test_the_smaller_of_two_faces_keeps_its_cells():
    small, large = [50, 50, 90, 90], [40, 40, 140, 140]
    for order in ([small, large], [large, small]):
        target = encoded(*order)
        centres, strides = cell_centres()
        cell = (centres == [72, 72]).all(axis=1) & (strides == 16)
        assert target[cell, 2:4].tolist() == [[22, 22]]
