"""A Keras file becomes a detector that answers as the file does, and admits that nobody measured it."""

from __future__ import annotations

import numpy as np
import pytest
from tests.training import tiny_networks as tiny

from unmask import Analyzer, catalogue
from unmask.errors import ConfigError
from unmask.training.importing import Wish, import_model, name_of
from unmask.training.probes import probes
from unmask.training.serving import Intake
from unmask.types import Box, Crop, Face


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "Xception Faces (v2).keras"
    tiny.shaken(tiny.softmax()).save(path)
    return path


INTAKE = Intake(tiny.SIZE, "-1..1", "real")


def test_an_imported_detector_answers_as_the_file_does(file):
    import keras

    name = import_model(file, Wish(INTAKE))
    assert name == "xception-faces-v2"
    picture = probes(tiny.SIZE, 3)[2]
    analysis = Analyzer(name, faces=False, stability=False).analyze_pixels(picture)
    said = keras.saving.load_model(file).predict(picture[None] / 127.5 - 1, verbose=0)
    assert analysis.verdict.fake_probability == pytest.approx(1 - float(said[0, 1]), abs=1e-3)


def test_its_rates_are_marked_as_unknown(file):
    spec = catalogue.describe(import_model(file, Wish(INTAKE, margin=1.2)))
    assert spec.calibration.fitted_on == ""
    assert spec.crop.margin == 1.2
    for policy in spec.policies:
        assert policy.false_alarm_rate.count == policy.miss_rate.count == 0
        assert (policy.false_alarm_rate.low, policy.false_alarm_rate.high) == (0.0, 1.0)
        assert policy.fake_above == 1 - policy.false_alarm_budget


def test_it_passes_its_own_selftest(file):
    name = import_model(file, Wish(INTAKE, name="mine"))
    assert name == "mine"
    catalogue.verify("mine")
    crop = Crop(probes(tiny.SIZE, 1)[0], Face(Box(0, 0, 1, 1), 1.0))
    from unmask.stages.detectors.store import Store

    assert np.isfinite(Store().open("mine").score([crop])[0].logit)


def test_nothing_is_overwritten_unasked(file):
    import_model(file, Wish(INTAKE))
    with pytest.raises(ConfigError, match="installed already"):
        import_model(file, Wish(INTAKE))
    import_model(file, Wish(INTAKE), replace=True)


def test_another_size_than_the_networks_own_is_refused(file):
    with pytest.raises(ConfigError, match="32, 32, 3"):
        import_model(file, Wish(Intake(64, "0..1", "fake")))


def test_a_score_that_is_no_probability_is_refused(tmp_path):
    import keras

    image = keras.Input((32, 32, 3))
    pooled = keras.layers.Dense(1)(keras.layers.GlobalAveragePooling2D()(image))
    keras.Model(image, keras.layers.Rescaling(100.0)(pooled)).save(tmp_path / "score.keras")
    with pytest.raises(ConfigError, match="expected probabilities"):
        import_model(tmp_path / "score.keras", Wish(Intake(32, "0..1", "fake")))


@pytest.mark.parametrize(
    "file_name, expected",
    [("model.h5", "model"), ("My Model (v2).h5", "my-model-v2"), ("_Ünïcode_.keras", "n-code")],
)
def test_names_come_from_files(tmp_path, file_name, expected):
    assert name_of(tmp_path / file_name) == expected
