"""Every architecture keeps the promises of the package's docstring and takes one step that changes its weights."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import onnxruntime as ort
import pytest

from unmask.errors import ConfigError
from unmask.training.architectures import build, names
from unmask.training.architectures.backbones import BODIES
from unmask.training.config import Architecture, RunConfig
from unmask.training.losses import compile_model, targets
from unmask.training.onnx_graph import convert
from unmask.training.serving import Intake, Serving

SIZES = {"xception": 71, "inceptionv3_mixed7": 75}


@pytest.fixture(scope="module")
def edgetpu(tmp_path_factory) -> str:
    """A stand-in for the weight file: this architecture comes as a file, so any body will do."""
    image = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(8, 3, strides=8)(image)
    path = tmp_path_factory.mktemp("weights") / "body.keras"
    keras.Model(image, keras.layers.BatchNormalization()(x)).save(path)
    return str(path)


def _config(name: str, edgetpu: str) -> RunConfig:
    weights = edgetpu if name == "mobilenet_edgetpu" else ""
    size = SIZES.get(name, 64)
    return RunConfig("x", architecture=Architecture(name=name, size=size, weights=weights))


@pytest.mark.parametrize("name", names())
def test_it_builds_keeps_its_promises_and_learns(name, edgetpu):
    keras.utils.set_random_seed(1)
    config = _config(name, edgetpu)
    model = build(config.architecture)
    size = config.architecture.size
    assert model.input_shape == (None, size, size, 3)
    assert len(model.get_layer("features").output.shape) == 4
    assert model.get_layer("logit").output.shape == (None, 1)
    kinds = {type(layer).__name__ for layer in model._flatten_layers()}
    assert not {k for k in kinds if k in ("Normalization", "Resizing") or k.startswith("Random")}
    compile_model(model, config)
    model.run_eagerly = True  # one step: tracing the large networks would take longer than it
    model.optimizer.learning_rate = 1e-3
    images = np.random.default_rng(0).integers(0, 256, (2, size, size, 3)).astype(np.float32)
    before = model.get_layer("logit").get_weights()[0].copy()
    loss = model.train_on_batch(images, targets(np.array([0, 1], np.float32), config))
    assert np.isfinite(loss)
    assert not np.array_equal(before, model.get_layer("logit").get_weights()[0])


@pytest.mark.parametrize("name", names())
def test_it_exports_and_agrees_with_keras(name, edgetpu):
    """Some have parts that ONNX knows under no name: exact GELU, grouped convolutions."""
    keras.utils.set_random_seed(1)
    model = build(_config(name, edgetpu).architecture)
    size = model.input_shape[1]
    graph = convert(Serving(model, Intake(size)))
    pixels = np.random.default_rng(0).integers(0, 256, (2, size, size, 3), dtype=np.uint8)
    (logits,) = ort.InferenceSession(graph).run(["logit"], {"image": pixels})
    expected = np.asarray(model(pixels.astype(np.float32))).ravel()
    size_of_one = np.abs(expected).max()  # untrained, some answer with next to nothing
    assert size_of_one > 0
    np.testing.assert_allclose(logits.ravel() / size_of_one, expected / size_of_one, atol=1e-3)


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("mobilenetv2", "mobilenet_v2"),
        ("vgg16", "vgg16"),
        ("resnet50", "resnet"),
        ("xception", "xception"),
    ],
)
def test_scaling_inside_is_what_the_weights_expect(name, module):
    """Compared with the function that Keras ships for the same weights."""
    from unmask.training.architectures.build import scaled

    pixels = np.random.default_rng(0).integers(0, 256, (1, 4, 4, 3)).astype(np.float32)
    image = keras.Input((4, 4, 3))
    ours = keras.Model(image, scaled(image, BODIES[name]))
    theirs = getattr(keras.applications, module).preprocess_input(pixels.copy())
    np.testing.assert_allclose(np.asarray(ours(pixels)), theirs, atol=1e-4)


def test_efficientnet_without_its_scaling_equals_the_whole_network():
    """Our body and scaling against Keras' own network, which scales inside; its weights are ours."""
    keras.utils.set_random_seed(0)
    whole = keras.applications.EfficientNetB0(
        include_top=False, weights=None, input_shape=(64, 64, 3)
    )
    body = keras.Model(whole.get_layer("stem_conv_pad").input, whole.output)
    pixels = np.random.default_rng(0).integers(0, 256, (1, 64, 64, 3)).astype(np.float32)
    # Without ImageNet weights its Normalization is the identity: only the division by 255 is left.
    np.testing.assert_allclose(
        np.asarray(whole(pixels, training=False)),
        np.asarray(body(pixels / 255, training=False)),
        atol=1e-5,
    )


@pytest.mark.parametrize(("output", "units"), [("logit", 1), ("sigmoid", 1), ("softmax", 2)])
def test_the_head_is_what_the_configuration_says(output, units):
    config = Architecture(
        name="cnn",
        size=32,
        pooling="max",
        batch_norm=True,
        units=(8, 4),
        dropout=(0.5, 0.3),
        output=output,
    )
    model = build(config)
    assert isinstance(model.get_layer("pool"), keras.layers.GlobalMaxPooling2D)
    assert [model.get_layer(f"dense{i}").units for i in range(2)] == [8, 4]
    assert [model.get_layer(f"dropout{i}").rate for i in range(2)] == [0.5, 0.3]
    assert model.get_layer("pool_bn")
    assert model.output_shape == (None, units)


def test_weights_come_from_a_file(tmp_path):
    keras.utils.set_random_seed(1)
    config = Architecture(name="cnn", size=32)
    first = build(config)
    first.get_layer("body").save_weights(tmp_path / "body.weights.h5")
    second = build(replace(config, weights=str(tmp_path / "body.weights.h5")))
    for a, b in zip(
        first.get_layer("body").get_weights(), second.get_layer("body").get_weights(), strict=True
    ):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "resnet"}, "resnet50"),
        ({"weights": "missing.h5"}, "a file that exists"),
        ({"weights": "imagenet"}, "no such weights"),
        ({"pooling": "mean"}, "average"),
        ({"output": "tanh"}, "softmax"),
        ({"name": "mobilenet_edgetpu"}, "one that exists"),
    ],
)
def test_what_cannot_be_built_is_explained(changes, said):
    with pytest.raises(ConfigError, match=said):
        build(replace(Architecture(name="cnn", size=32), **changes))
