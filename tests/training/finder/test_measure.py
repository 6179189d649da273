"""The figures of the card, each against cases counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from unmask.training.finder import measure
from unmask.training.finder.measure import Found, Recall, Share, encloses_face, shows_face
from unmask.training.finder.pictures import Picture, read_entries
from unmask.types import Box, Face

NOTHING = np.zeros((0, 4), np.float32)


class Saying:
    """Finds the same boxes in every picture."""

    def __init__(self, *boxes: tuple[float, float, float, float]) -> None:
        self._faces = tuple(Face(Box(*box), 0.9) for box in boxes)

    def find(self, image):
        return self._faces


def picture(*boxes) -> Picture:
    return Picture(np.zeros((100, 200, 3), np.uint8), np.array(boxes, np.float32).reshape(-1, 4))


def test_recall_tells_sizes_apart():
    pictures = [picture([0, 0, 20, 20], [50, 0, 100, 50]), picture([50, 0, 100, 40])]
    recall = measure.recall(Saying((50, 0, 100, 50)), pictures)
    assert recall.by_size[0, 24] == Share(0, 1)
    assert recall.by_size[40, 80] == Share(2, 2)
    assert recall.above(40) == Share(2, 2)
    assert recall.above(0) == Share(2, 3)


def test_half_a_match_is_no_match():
    assert measure.recall(Saying((0, 0, 40, 100)), [picture([0, 0, 100, 100])]).above(0).hits == 0
    assert measure.recall(Saying((0, 0, 60, 100)), [picture([0, 0, 100, 100])]).above(0).hits == 1


def test_a_listed_box_inside_a_found_one_is_held_unless_that_is_far_too_large():
    pictures = [picture([40, 40, 80, 80])]
    for box, held in (((30, 30, 90, 90), 1), ((0, 0, 200, 100), 0), ((45, 45, 75, 70), 0)):
        recall = measure.recall(Saying(box), pictures)
        assert (recall.above(40).hits, recall.held_above(40).hits) == (0, held)
    same = measure.recall(Saying((40, 40, 80, 80)), pictures)
    assert same.held_above(40) == same.above(40) == Share(1, 1)


def test_a_set_counts_the_main_face():
    known = picture([0, 0, 20, 20], [50, 0, 100, 50])
    assert shows_face(known, np.array([[50, 0, 100, 50]], np.float32))
    assert not shows_face(known, np.array([[0, 0, 20, 20]], np.float32))
    assert not shows_face(known, NOTHING)


def test_where_no_face_is_known_a_box_over_the_middle_counts():
    assert shows_face(picture(), np.array([[90, 40, 110, 60]], np.float32))
    assert not shows_face(picture(), np.array([[0, 0, 90, 90]], np.float32))
    assert not shows_face(picture(), NOTHING)


def test_a_listed_nose_lies_on_the_face_that_was_found():
    nose = picture([90, 40, 120, 70])
    assert encloses_face(nose, np.array([[40, 0, 160, 100]], np.float32))
    assert not encloses_face(nose, np.array([[0, 0, 95, 100]], np.float32))
    assert not encloses_face(nose, np.array([[95, 45, 105, 55]], np.float32)), "smaller"
    beside = picture([0, 0, 30, 30])
    assert not encloses_face(beside, np.array([[0, 0, 60, 60]], np.float32)), "not in the middle"
    assert not encloses_face(picture(), np.array([[40, 0, 160, 100]], np.float32))
    found = Found()
    found.add(nose, np.array([[40, 0, 160, 100]], np.float32))
    assert (found.matched, found.on_face) == (Share(0, 1), Share(1, 1))


def test_find_rates_go_by_set(data):
    entries = [entry for entry in read_entries(data) if entry.split == "Test"]
    rates = measure.find_rates(Saying((26, 13, 102, 115)), data, entries)
    assert {name: found.matched for name, found in rates.items()} == {
        "drawn": Share(4, 4),
        "painted": Share(3, 3),
    }


def test_false_boxes_are_counted_a_picture():
    blank = np.zeros((10, 10, 3), np.uint8)
    share = measure.false_boxes(Saying((0, 0, 5, 5), (5, 5, 9, 9)), [blank, blank, blank])
    assert share.value == 2
    assert math.isnan(Recall().above(40).value)


def test_time_is_taken_in_milliseconds(monkeypatch):
    ticks = iter(range(1000))
    monkeypatch.setattr(measure.time, "perf_counter", lambda: next(ticks) * 0.002)
    blank = np.zeros((10, 10, 3), np.uint8)
    assert measure.milliseconds(Saying(), blank, 3) == pytest.approx(2.0)
