"""Faces that nobody marked get the box of the earlier finder, or where their set always has it."""

from __future__ import annotations

import numpy as np
import pytest
from tests.training.finder.conftest import FACE, SIDE, face_pixels

from unmask.stages.faces.finder import OnnxFinder
from unmask.training.finder import guess
from unmask.training.finder.pictures import Entry, read_entries

USUAL = np.array(FACE, np.float32)


class Told:
    """A session that suspects one face in the first cell, or none."""

    def __init__(self, box: list[float] | None) -> None:
        self.box = box

    def run(self, feed):
        count = len(feed["image"])
        boxes = np.tile(np.array(self.box or [0, 0, 1, 1], np.float32), (count, 1, 1))
        return {"boxes": boxes, "confidence": np.full((count, 1), 0.2 if self.box else 0.0)}


def finder(box: list[float] | None = None) -> OnnxFinder:
    shipped = OnnxFinder.shipped()
    return OnnxFinder(shipped.spec, Told(box), shipped.folder)


def test_a_blind_finder_leaves_the_usual_box_of_the_set(data):
    found = guess.guessed(data, read_entries(data), None, finder())
    assert set(found) == {"drawn"}
    (picture,) = found["drawn"]
    assert picture.boxes == pytest.approx(USUAL[None], abs=1e-3)


def test_a_box_over_the_middle_is_taken_although_it_is_unsure(data):
    box = [20.0, 20.0, 100.0, 110.0]
    (picture,) = guess.guessed(data, read_entries(data), None, finder(box))["drawn"]
    assert picture.boxes == pytest.approx(np.array([box], np.float32))


def test_a_box_beside_the_middle_is_not(data):
    (picture,) = guess.guessed(data, read_entries(data), None, finder([0, 0, 30, 30]))["drawn"]
    assert picture.boxes == pytest.approx(USUAL[None], abs=1e-3)


def test_held_out_splits_and_sets_of_several_faces_are_left_alone(data):
    entries = [e for e in read_entries(data) if e.source == "drawn"]
    two = [Entry(e.path, np.tile(e.boxes, (2, 1))) if len(e.boxes) else e for e in entries]
    assert guess.guessed(data, two, None, finder()) == {}
    held = [Entry(e.path.replace("Train", "Test"), e.boxes) for e in entries]
    assert guess.guessed(data, held, None, finder()) == {}


def test_further_pictures_of_known_sets_join_evenly(data, tmp_path, monkeypatch):
    from PIL import Image

    monkeypatch.setattr(guess, "MOST", 3)
    for name in ("drawn", "stranger"):
        folder = tmp_path / name / "Train" / "Fake"
        folder.mkdir(parents=True)
        for i in range(6):
            Image.fromarray(face_pixels(50 + i)).save(folder / f"{i}.jpg")
    found = guess.guessed(data, read_entries(data), tmp_path, finder())
    assert {name: len(pictures) for name, pictures in found.items()} == {"drawn": 4}
    assert found["drawn"][-1].pixels.shape == (SIDE, SIDE, 3)
