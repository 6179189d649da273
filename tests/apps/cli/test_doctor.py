"""`unmask doctor`: what is there, what lacks, what is wrong; fit for a bug report."""

from __future__ import annotations

import json

import pytest
from tests.tiny_models import write_detector

from unmask import catalogue
from unmask.apps.cli import doctor
from unmask.stages.detectors.store import Store


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store of its own with one detector; gives the folder of that."""
    folder = write_detector(tmp_path / "store" / "tiny", name="tiny")
    monkeypatch.setattr(catalogue, "Store", lambda: Store([tmp_path / "store"]))
    return folder


def test_a_detector_is_named_proved_and_timed(unmask, store):
    found = json.loads(unmask("doctor", "--json").out)
    (detector,) = found["detectors"]
    assert (detector["name"], detector["version"], detector["problem"]) == ("tiny", "1.0.0", None)
    assert len(detector["sha256"]) == 64
    assert detector["milliseconds"] > 0
    for library in ("onnxruntime", "numpy", "pillow", "click"):
        assert found["libraries"][library]


def test_a_damaged_detector_makes_it_fail(unmask, store):
    (store / "model.onnx").write_bytes(b"other")
    answer = unmask("doctor")
    assert answer.code == 3
    assert "! tiny: " in answer.out


def test_no_detector_at_all_makes_it_fail(unmask, tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "Store", lambda: Store([tmp_path]))
    answer = unmask("doctor")
    assert answer.code == 3
    assert "none is installed" in answer.out


def test_every_extra_is_told_with_what_it_lacks(unmask, store, monkeypatch):
    monkeypatch.setattr(doctor, "_installed", lambda name: name != "pyarrow")
    answer = unmask("doctor")
    assert '- absent   parquet  (lacks pyarrow): pip install "unmask[parquet]"' in answer.out
    assert "+ ready  heic" in answer.out


@pytest.mark.parametrize(
    ("requirement", "fits"),
    [
        ('tensorflow-cpu>=2; (platform_system != "Darwin") and extra == "train"', True),
        ("tensorflow>=2; platform_system == 'Darwin' and extra == 'train'", False),
        ('av; extra == "video"', True),
    ],
)
def test_requirements_for_other_systems_are_not_missed(requirement, fits, monkeypatch):
    monkeypatch.setattr(doctor.platform, "system", lambda: "Linux")
    assert doctor._for_this_system(requirement) is fits


def test_a_wrong_configuration_is_told_and_does_not_stop_it(unmask, store, monkeypatch, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("detectr = 'fast'")
    monkeypatch.setenv("UNMASK_CONFIG", str(path))
    assert "Did you mean 'detector'" in unmask("doctor").out
