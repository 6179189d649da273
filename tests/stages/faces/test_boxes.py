"""Overlap, one box a face, and pieces of faces, checked on boxes small enough to reckon by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask.stages.faces.boxes import (
    SAME_FACE,
    Candidates,
    distinct,
    distinct_each,
    overlap,
    without_pieces,
)


def candidates(*rows: tuple[float, ...]) -> Candidates:
    table = np.array(rows, np.float32).reshape(-1, 5)
    return Candidates(table[:, :4], table[:, 4])


def test_overlap_by_hand():
    union, smaller = overlap(
        np.array([0, 0, 10, 10], np.float32),
        np.array([[0, 0, 10, 10], [5, 0, 15, 10], [2, 2, 4, 4], [20, 20, 30, 30]], np.float32),
    )
    assert union == pytest.approx([1, 50 / 150, 4 / 100, 0], abs=1e-4)
    assert smaller == pytest.approx([1, 0.5, 1, 0], abs=1e-4)


def test_the_most_confident_box_of_a_face_stays():
    kept = distinct(candidates((0, 0, 10, 10, 0.7), (1, 0, 11, 10, 0.9), (40, 0, 50, 10, 0.8)))
    assert kept.confidence.tolist() == pytest.approx([0.9, 0.8])
    assert kept.boxes[0].tolist() == [1, 0, 11, 10]


def test_nothing_stays_nothing():
    assert len(distinct(candidates())) == 0


def test_squares_at_once_are_squares_one_by_one():
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 200, (300, 2))
    rows = np.concatenate(
        [corners, corners + rng.uniform(5, 60, (300, 2)), rng.random((300, 1))], 1
    )
    seen, place = candidates(*rows), rng.integers(0, 5, 300)
    for square, found in enumerate(distinct_each(seen, place, 6)):
        alone = distinct(seen.where(place == square))
        np.testing.assert_array_equal(found.boxes, alone.boxes)
        np.testing.assert_array_equal(found.confidence, alone.confidence)


def test_a_nose_in_a_face_is_a_piece_but_a_head_beside_it_is_not():
    face = candidates((0, 0, 100, 100, 0.6))
    closer = candidates((40, 40, 60, 60, 0.9), (90, 90, 130, 130, 0.9), (2, 2, 99, 99, 0.9))
    kept = without_pieces(closer, face)
    assert kept.boxes.tolist() == [[90, 90, 130, 130], [2, 2, 99, 99]]


boxes = st.tuples(
    st.integers(0, 50),
    st.integers(0, 50),
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(1, 99),
).map(lambda v: (v[0], v[1], v[0] + v[2], v[1] + v[3], v[4] / 100))


@given(st.lists(boxes, max_size=20))
def test_what_stays_is_distinct_and_covers_what_went(rows):
    """Compared with the plain definition, one pair at a time."""
    before = candidates(*rows)
    after = distinct(before)
    for index, box in enumerate(after.boxes):
        union, _ = overlap(box, after.boxes)
        assert (np.delete(union, index) < SAME_FACE).all()
    for box, confidence in zip(before.boxes, before.confidence, strict=True):
        union, _ = overlap(box, after.boxes)
        assert ((union >= SAME_FACE) & (after.confidence >= confidence)).any()
