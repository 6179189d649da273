"""A run that leaves a set out never meets it: not in training, not in choosing, not in calibration."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.training.conftest import write_pictures

from unmask.dataset.layouts import read_folder
from unmask.stages.detectors.store import Store
from unmask.stages.faces.finder import OnnxFinder
from unmask.stages.faces.whole_image import WholeImage
from unmask.training.config import Phase
from unmask.training.held_out import Course, all_but, fake_sets, without


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return write_pictures(tmp_path_factory.mktemp("held") / "sets")


def test_without_a_set_it_is_nowhere_and_the_second_call_does_nothing(
    store, config, pictures, tmp_path, monkeypatch
):
    monkeypatch.setattr(OnnxFinder, "shipped", WholeImage)
    short = replace(config, phases=(Phase(epochs=1, rate=0.003),))
    course = Course(short, store, (pictures,))
    folder = without({"south"}, tmp_path / "without-south", course)
    spec = Store((folder.parent,)).open("detector").spec
    assert spec.trained_on == ("north",)
    assert "20 real and 20 fake validation faces: north" in spec.calibration.fitted_on
    kept = json.loads((folder.parent / "config.json").read_text())["config"]
    assert (kept["name"], kept["data"]["leave_out"]) == ("without-south", ["south"])
    assert "auc_south" not in (folder.parent / "history.csv").read_text()
    unable = replace(course, config=replace(short, seed=99))
    assert without({"south"}, tmp_path / "without-south", unable) == folder


def test_to_train_on_one_set_is_to_leave_out_the_others(store):
    assert all_but(("north",), store) == {"south"}


def test_sets_without_fakes_to_learn_or_to_measure_are_not_worth_leaving_out(tmp_path):
    for name in ("a/Train/Fake", "a/Test/Fake", "b/Train/Fake", "b/Test/Real", "c/Test/Fake"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "1.jpg").touch()
    assert fake_sets(read_folder(tmp_path)) == ("a",)
