"""`unmask detectors` says what there is, installs what is whole and names what is not."""

from __future__ import annotations

import json

import pytest

from unmask import catalogue
from unmask.types import DEFAULT_DETECTOR


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def installed(unmask, tiny_detector):
    assert unmask("detectors", "install", tiny_detector).code == 0


def test_list_names_every_detector_once(unmask, installed):
    lines = unmask("detectors", "list").out.splitlines()
    assert [line[2:].split()[0] for line in lines] == list(catalogue.names())
    told = json.loads(unmask("detectors", "list", "--json").out)
    assert list(told) == list(catalogue.names())


def test_the_default_has_a_star(unmask, installed, monkeypatch):
    def starred():
        lines = unmask("detectors", "list").out.splitlines()
        return [line.split()[1] for line in lines if line.startswith("*")]

    assert starred() == [DEFAULT_DETECTOR]
    monkeypatch.setenv("UNMASK_DETECTOR", "tiny,fast")
    assert sorted(starred()) == ["fast", "tiny"]


def test_show_tells_what_was_measured(unmask, installed):
    shown = unmask("detectors", "show", "tiny").out
    spec = catalogue.describe("tiny")
    assert spec.sha256 in shown
    assert spec.calibration.fitted_on in shown
    assert "at 1.0%" in shown
    assert json.loads(unmask("detectors", "show", "tiny", "--json").out)["sha256"] == spec.sha256


def test_show_takes_a_folder_too(unmask, tiny_detector):
    assert unmask("detectors", "show", tiny_detector).out.startswith("tiny ")


def test_installing_twice_needs_to_be_asked_for(unmask, installed, tiny_detector):
    again = unmask("detectors", "install", tiny_detector)
    assert again.code != 0
    assert "installed already" in again.err
    assert unmask("detectors", "install", tiny_detector, "--replace").code == 0


@pytest.mark.parametrize("command", ["verify", "selftest"])
def test_a_damaged_detector_is_named_and_the_others_are_still_looked_at(
    unmask, installed, second_detector, command
):
    unmask("detectors", "install", second_detector)
    (catalogue.folder("second") / "selftest.npz").write_bytes(b"no")
    answer = unmask("detectors", command, "second", "tiny")
    assert answer.code != 0
    assert "second: " in answer.err
    assert answer.out.strip() == "tiny: in order"
    assert unmask("detectors", command, "tiny").code == 0


def test_an_unknown_name_lists_the_known_ones(unmask, installed):
    answer = unmask("detectors", "show", "tinny")
    assert answer.code != 0
    assert "tiny" in answer.err


def test_import_turns_a_keras_file_into_a_detector(unmask, tmp_path):
    keras = pytest.importorskip("keras", reason="needs the extra [train]")
    model = keras.Sequential(
        [
            keras.layers.InputLayer(shape=(32, 32, 3)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.save(tmp_path / "My Model.keras")
    options = ("--input-size", 32, "--range", "0..1", "--positive", "fake")
    answer = unmask("detectors", "import", tmp_path / "My Model.keras", *options)
    assert answer.code == 0, answer.err
    assert "my-model" in answer.out
    assert "never measured" in unmask("detectors", "show", "my-model").out


def test_import_refuses_what_is_no_model(unmask, tmp_path):
    pytest.importorskip("keras", reason="needs the extra [train]")
    (tmp_path / "model.h5").write_bytes(b"\x80\x04N.")
    options = ("--input-size", 32, "--range", "0..1", "--positive", "fake")
    answer = unmask("detectors", "import", tmp_path / "model.h5", *options)
    assert answer.code == 2
    assert "neither a .keras nor an .h5" in answer.err
