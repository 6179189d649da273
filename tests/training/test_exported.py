"""Weights taken back out of an exported graph compute what the graph computes, and can go on learning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from tests.training import tiny_networks as tiny

from unmask.errors import ConfigError
from unmask.runtime import Session
from unmask.training import onnx_graph
from unmask.training.architectures import build
from unmask.training.architectures.exported import take_over
from unmask.training.config import Architecture, Phase
from unmask.training.loop import Trainer, train
from unmask.training.probes import probes
from unmask.training.run_folder import RunFolder
from unmask.training.serving import Intake, Serving

PICTURES = probes(tiny.SIZE, 40).astype(np.float32)


def named(bias: bool = True, gain: bool = True) -> keras.Model:
    """Plain, depthwise and pointwise kernels with normalisation, and a Dense head, all named."""
    image = keras.Input((tiny.SIZE, tiny.SIZE, 3))
    x = layers.Rescaling(1 / 127.5, -1.0)(image)
    x = layers.Conv2D(8, 3, strides=2, use_bias=False, name="stem")(x)
    x = layers.ReLU()(layers.BatchNormalization(name="stem_bn", scale=gain)(x))
    x = layers.DepthwiseConv2D(3, use_bias=False, name="deep")(x)
    x = layers.ReLU()(layers.BatchNormalization(name="deep_bn")(x))
    x = layers.Conv2D(6, 1, use_bias=False, name="point")(x)
    x = layers.BatchNormalization(name="point_bn")(x)
    x = layers.Conv2D(5, 3, name="biased", activation="relu", use_bias=bias)(x)
    return keras.Model(image, layers.Dense(1, name="logit")(layers.GlobalAveragePooling2D()(x)))


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    return _exported(named(), tmp_path_factory.mktemp("exported"))


def _exported(model, folder):
    serving = Serving(tiny.shaken(model), Intake(tiny.SIZE))
    (folder / "model.onnx").write_bytes(onnx_graph.convert(serving))
    return folder


def _says(graph, pictures):
    session = Session.open(graph / "model.onnx")
    return session.run({"image": pictures.astype(np.uint8)})["logit"]


def test_the_network_computes_what_the_graph_does(graph):
    network = named()
    take_over(network, graph, PICTURES)
    said = np.asarray(network(PICTURES, training=False))[:, 0]
    assert np.abs(said - _says(graph, PICTURES)).max() < 1e-3
    assert np.ptp(said) > 0.01


def test_normalisation_without_a_gain_has_its_variance_instead(tmp_path):
    graph, network = _exported(named(gain=False), tmp_path), named(gain=False)
    take_over(network, graph, PICTURES)
    said = np.asarray(network(PICTURES, training=False))[:, 0]
    assert np.abs(said - _says(graph, PICTURES)).max() < 1e-3
    assert np.ptp(said) > 0.01


def test_normalisation_knows_what_it_will_see(graph):
    """In training it uses a batch's own statistics: with those kept as they are shown, nothing jumps."""
    network = named()
    take_over(network, graph, PICTURES)
    still, moving = (np.asarray(network(PICTURES, training=t))[:, 0] for t in (False, True))
    assert np.abs(still - moving).max() < 1e-2


def test_another_network_is_refused_by_the_layer_that_is_missing(graph):
    with pytest.raises(ConfigError, match="same architecture"):
        take_over(tiny.logit(), graph, PICTURES)


def test_a_kernel_that_has_no_place_for_a_bias_refuses_one(graph):
    with pytest.raises(ConfigError, match="adds a bias behind biased"):
        take_over(named(bias=False), graph, PICTURES)


def test_a_kernel_without_a_bias_takes_a_graph_without_one(tmp_path):
    graph, network = _exported(named(bias=False), tmp_path), named(bias=False)
    take_over(network, graph, PICTURES)
    said = np.asarray(network(PICTURES, training=False))[:, 0]
    assert np.abs(said - _says(graph, PICTURES)).max() < 1e-3


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"architecture\.start is .*nothing"):
        take_over(named(), tmp_path / "nothing", PICTURES)


@pytest.fixture
def detector(store, config, tmp_path) -> Path:
    """A trained network as a graph, to begin from."""
    first = train(config, store, tmp_path / "first")
    file = tmp_path / "model.onnx"
    file.write_bytes(onnx_graph.convert(Serving(first.best(), Intake(32))))
    return file


def test_a_run_goes_on_from_an_exported_detector(store, config, detector, tmp_path):
    started = replace(config, architecture=replace(config.architecture, start=str(detector)))
    trainer = Trainer(started, store, RunFolder(tmp_path / "second"))
    went_on, anew = trainer.measure(trainer.model), trainer.measure(build(Architecture("cnn", 32)))
    before = trainer.measure(RunFolder(tmp_path / "first").best())
    assert went_on["auc_pool"] == pytest.approx(before["auc_pool"], abs=1e-3)
    assert went_on["auc_pool"] > anew["auc_pool"] + 0.1


def test_a_run_remembers_what_it_began_from_also_after_a_kill(store, config, detector, tmp_path):
    told = replace(
        config,
        architecture=replace(config.architecture, start=str(detector)),
        optimise=replace(config.optimise, remember=0.6),
        phases=(Phase(epochs=2, rate=0.003),),
    )
    folder = RunFolder(tmp_path / "second")
    folder.begin(told, store.fingerprint())
    trainer = Trainer(told, store, folder)
    began = trainer.model.get_weights()
    trainer.run()
    learned = trainer.mean.weights or trainer.model.get_weights()
    kept = keras.saving.load_model(folder.path / "final.keras", compile=False).get_weights()
    assert not all(np.array_equal(a, b) for a, b in zip(began, learned, strict=True))
    for before, after, both in zip(began, learned, kept, strict=True):
        np.testing.assert_allclose(both, 0.6 * before + 0.4 * after, atol=1e-5)
    again = Trainer(told, store, folder)
    for before, after in zip(began, again.mean.start, strict=True):
        np.testing.assert_array_equal(before, after)
