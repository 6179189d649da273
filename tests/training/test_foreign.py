"""Keras files of any age open; a file that could run code or reach outside does not, and nothing in it ran."""

from __future__ import annotations

import json
import pickle
import shutil
import warnings
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from tests.training import tiny_networks as tiny

from unmask.errors import UnsupportedFormat
from unmask.training import foreign
from unmask.training.foreign_config import checked, modernised
from unmask.training.probes import probes

PICTURES = probes(tiny.SIZE, 4).astype(np.float32) / 255


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return tiny.shaken(tiny.sigmoid())


@pytest.fixture(scope="module")
def saved(model, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("saved")
    model.save(folder / "model.keras")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.save(folder / "model.h5")
    return {suffix: folder / f"model.{suffix}" for suffix in ("keras", "h5")}


def config_of(path: Path) -> dict:
    with h5py.File(path) as file:
        return json.loads(file.attrs["model_config"])


def with_config(path: Path, target: Path, config: dict) -> Path:
    shutil.copyfile(path, target)
    with h5py.File(target, "r+") as file:
        file.attrs["model_config"] = json.dumps(config).encode()
    return target


def rezipped(path: Path, target: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, members.pop(name.replace(".", "_"), None) or old.read(name))
        for name, content in members.items():
            new.writestr(name.replace("__", "/"), content)
    return target


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_a_saved_model_opens_and_answers_alike(model, saved, suffix):
    opened = foreign.load(saved[suffix])
    assert opened.predict(PICTURES, verbose=0) == pytest.approx(model.predict(PICTURES, verbose=0))


def test_the_name_of_the_file_does_not_matter(saved, tmp_path):
    shutil.copyfile(saved["h5"], tmp_path / "model.keras")
    assert foreign.load(tmp_path / "model.keras").count_params()


def as_written_by_keras_2(config: dict) -> dict:
    """The spellings found in files that Keras 2 wrote."""
    config = json.loads(json.dumps(config))
    for layer in config["config"]["layers"]:
        settings = layer["config"]
        if layer["class_name"] == "InputLayer":
            settings["batch_input_shape"] = settings.pop("batch_shape")
            settings |= {"sparse": False, "ragged": False}
        if layer["class_name"] == "DepthwiseConv2D":
            settings["groups"] = 1
        if layer["class_name"] == "BatchNormalization":
            settings["axis"] = [3]
        settings["dtype"] = "float32"
    for key in ("input_layers", "output_layers"):
        ends = config["config"][key]
        config["config"][key] = [ends] if isinstance(ends[0], str) else ends
    return config


def test_what_keras_2_wrote_opens_and_answers_alike(model, saved, tmp_path):
    old = with_config(
        saved["h5"], tmp_path / "old.h5", as_written_by_keras_2(config_of(saved["h5"]))
    )
    opened = foreign.load(old)
    assert opened.predict(PICTURES, verbose=0) == pytest.approx(model.predict(PICTURES, verbose=0))


def test_a_network_inside_a_network_counts_its_calls_from_zero():
    inner = {
        "class_name": "Functional",
        "name": "body",
        "config": {},
        "inbound_nodes": [[["in", 0, 0, {}]]],
    }
    after = {
        "class_name": "Dense",
        "name": "end",
        "config": {},
        "inbound_nodes": [[["body", 1, 0, {}]]],
    }
    config = {
        "class_name": "Functional",
        "config": {"layers": [inner, after], "output_layers": [["end", 0, 0]]},
    }
    new = modernised(config)["config"]
    assert new["layers"][1]["inbound_nodes"] == [[["body", 0, 0, {}]]]
    assert new["output_layers"] == ["end", 0, 0]


def dense(**changes) -> dict:
    return {"class_name": "Dense", "config": {"units": 1, **changes}, "module": "keras.layers"}


@pytest.mark.parametrize(
    "part",
    [
        {"class_name": "Lambda", "config": {}},
        {"class_name": "TFOpLambda", "config": {"function": "io.write_file"}},
        {"class_name": "TFSMLayer", "config": {"filepath": "/tmp/x"}},
        {"class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}},
        {"class_name": "function", "config": "get_file", "module": "keras.utils"},
        {"class_name": "run", "config": {}, "module": "subprocess"},
        {"class_name": "Dense", "config": {}, "module": "keras_evil.layers"},
        {"class_name": "Dense", "config": {}, "module": "os"},
        {"class_name": "__lambda__", "config": {"value": "4wEAAAA="}},
        {"class_name": ["Dense"], "config": {}},
        dense(activation={"class_name": "function", "config": "deserialize"}),
        dense(kernel_initializer={"class_name": "Popen", "config": {}}),
    ],
)
def test_anything_but_keras_own_layers_is_refused(part):
    config = {"class_name": "Sequential", "config": {"layers": [dense(), part]}}
    with pytest.raises(UnsupportedFormat, match="not opened"):
        checked(config, Path("m.h5"))


def test_ordinary_settings_pass():
    config = dense(
        activation="relu",
        kernel_initializer={
            "class_name": "GlorotUniform",
            "config": {},
            "module": "keras.initializers",
        },
        kernel_regularizer={"class_name": "L2", "config": {"l2": 0.1}},
        dtype={"class_name": "DTypePolicy", "config": {"name": "float32"}, "module": "keras"},
    )
    assert checked(config, Path("m.h5")) is config


def test_a_bottomless_description_is_refused():
    config: dict = dense()
    for _ in range(200):
        config = {"class_name": "Sequential", "config": {"layers": [config]}}
    with pytest.raises(UnsupportedFormat, match="deeper"):
        checked(config, Path("m.h5"))


def lambda_model(tmp_path: Path) -> keras.Model:
    mark = str(tmp_path / "it-ran")
    layer = keras.layers.Lambda(lambda x: (__import__("os").mkdir(mark), x)[1], output_shape=(192,))
    return keras.Sequential(
        [keras.layers.InputLayer(shape=(8, 8, 3)), keras.layers.Flatten(), layer]
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_a_lambda_never_runs(tmp_path, suffix):
    path = tmp_path / f"evil.{suffix}"
    lambda_model(tmp_path).save(path)
    if (tmp_path / "it-ran").exists():
        (tmp_path / "it-ran").rmdir()
    with pytest.raises(UnsupportedFormat, match="Lambda"):
        foreign.load(path)
    assert not (tmp_path / "it-ran").exists()


class Bomb:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return (Path.touch, (self.mark,))


def test_a_pickle_is_refused_unopened_whatever_it_is_called(tmp_path):
    path = tmp_path / "model.h5"
    path.write_bytes(pickle.dumps(Bomb(tmp_path / "it-ran")))
    with pytest.raises(UnsupportedFormat, match="pickles"):
        foreign.load(path)
    assert not (tmp_path / "it-ran").exists()


def test_weights_without_a_network_are_refused(saved, tmp_path):
    path = shutil.copyfile(saved["h5"], tmp_path / "weights.h5")
    with h5py.File(path, "r+") as file:
        del file.attrs["model_config"]
    with pytest.raises(UnsupportedFormat, match="no network"):
        foreign.load(path)


def test_weights_that_lie_in_another_file_are_refused(saved, tmp_path):
    path = shutil.copyfile(saved["h5"], tmp_path / "linked.h5")
    with h5py.File(path, "r+") as file:
        file["model_weights/elsewhere"] = h5py.ExternalLink("/etc/hostname", "/")
    with pytest.raises(UnsupportedFormat, match="elsewhere"):
        foreign.load(path)
    with h5py.File(path, "w") as file:
        file.create_dataset("raw", (4,), "u1", external=[("/etc/hostname", 0, 4)])
        file.attrs["model_config"] = "{}"
    with pytest.raises(UnsupportedFormat, match="elsewhere"):
        foreign.load(path)


@pytest.mark.parametrize("extra", ["assets__vocabulary.txt", "..__..__evil.py", "code.pkl"])
def test_a_keras_file_holds_three_members_and_no_more(saved, tmp_path, extra):
    path = rezipped(saved["keras"], tmp_path / "more.keras", **{extra: b"x"})
    with pytest.raises(UnsupportedFormat, match=r"plain \.keras"):
        foreign.load(path)


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_a_cut_off_file_is_refused(saved, tmp_path, suffix):
    data = saved[suffix].read_bytes()
    path = tmp_path / f"cut.{suffix}"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(UnsupportedFormat, match="damaged"):
        foreign.load(path)


def test_a_description_that_is_no_json_is_refused(saved, tmp_path):
    path = rezipped(saved["keras"], tmp_path / "odd.keras", config_json=b"not json")
    with pytest.raises(UnsupportedFormat, match="JSON"):
        foreign.load(path)
