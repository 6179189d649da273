"""Old files that scale pictures by plain arithmetic open; the same layers with anything else in them do not."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from tests.training import tiny_networks as tiny
from tests.training.test_foreign import as_written_by_keras_2, config_of, with_config

from unmask.errors import UnsupportedFormat
from unmask.training import foreign
from unmask.training.foreign_scaling import with_rescaling
from unmask.training.probes import probes

PICTURES = probes(tiny.SIZE, 4).astype(np.float32)


def op(function: str, source: str, **given) -> dict:
    """As Keras 2 wrote a function of TensorFlow that was called on a layer's output."""
    name = f"tf.{function}"
    return {
        "class_name": "TFOpLambda",
        "config": {"name": name, "trainable": True, "dtype": "float32", "function": function},
        "name": name,
        "inbound_nodes": [[source, 0, 0, given]],
    }


def scaled_inside() -> keras.Model:
    image = keras.Input((tiny.SIZE, tiny.SIZE, 3), name="image")
    x = layers.Rescaling(1 / 127.5, offset=-1, name="scaling")(image)
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu", name="first")(x))
    return tiny.shaken(keras.Model(image, layers.Dense(1, activation="sigmoid")(x)))


def written_by_keras_2(model: keras.Model, folder: Path, scaling: list[dict]) -> Path:
    """The model's file with other layers where its Rescaling was."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.save(folder / "new.h5")
    config = as_written_by_keras_2(config_of(folder / "new.h5"))
    old = [x for x in config["config"]["layers"] if x["class_name"] != "Rescaling"]
    for layer in old:
        if layer["config"]["name"] == "first":
            layer["inbound_nodes"] = [[[scaling[-1]["name"], 0, 0, {}]]]
    config["config"]["layers"] = [old[0], *scaling, *old[1:]]
    return with_config(folder / "new.h5", folder / "old.h5", config)


@pytest.mark.parametrize(
    "scaling",
    [
        [
            op("math.truediv", "image", y=127.5, name=None),
            op("math.subtract", "tf.math.truediv", y=1.0, name=None),
        ],
        [
            op("math.multiply", "image", y=[[[[1 / 127.5] * 3]]], name=None),
            op("__operators__.add", "tf.math.multiply", y=[-1, -1, -1], name=None),
        ],
    ],
    ids=["numbers", "one-for-each-colour"],
)
def test_a_network_that_scales_inside_opens_and_answers_alike(tmp_path, scaling):
    model = scaled_inside()
    opened = foreign.load(written_by_keras_2(model, tmp_path, scaling))
    expected = model.predict(PICTURES, verbose=0)
    assert opened.predict(PICTURES, verbose=0) == pytest.approx(expected, abs=1e-5)
    assert np.ptp(expected) > 1e-3


@pytest.mark.parametrize(
    "layer",
    [
        op("io.write_file", "image", y=1.0),
        op("math.truediv", "image", y=0.0, name=None),
        op("math.truediv", "image", y=["image", 0, 0], name=None),
        op("math.truediv", "_CONSTANT_VALUE", y=["image", 0, 0], name=None),
        op("math.multiply", "image", y="127.5", name=None),
        op("math.multiply", "image", y=True, name=None),
        op("math.multiply", "image", y=[1.0, 2.0], name=None),
        op("math.multiply", "image", y=2.0, name=None, more=1),
        op("math.multiply", "image"),
        {**op("math.multiply", "image", y=2.0), "inbound_nodes": [["a", 0, 0, {"y": 2.0}]] * 2},
        {"class_name": "TFOpLambda", "config": "math.multiply"},
    ],
)
def test_anything_but_a_plain_number_stays_refused(tmp_path, layer):
    assert with_rescaling(layer) == layer
    path = written_by_keras_2(scaled_inside(), tmp_path, [{"name": "image", **layer}])
    with pytest.raises(UnsupportedFormat, match="TFOpLambda"):
        foreign.load(path)


def test_nothing_else_is_touched():
    config = json.loads(scaled_inside().to_json())
    assert with_rescaling(config) == config
