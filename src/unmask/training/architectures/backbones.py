"""Name + weights -> a convolutional body without its head, and the scaling that its weights expect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from unmask.errors import ConfigError
from unmask.training.architectures.own import cnn, two_scales, vit_tiny


@dataclass(frozen=True)
class Body:
    """`make(size, weights)` gives the network; pixels become `pixels * scale + offset` before it.

    `reverse` belongs to networks that were trained on BGR.
    """

    make: Callable[[int, str], keras.Model]
    scale: float | list[float]
    offset: float | list[float]
    reverse: bool = False


def _application(name: str, **options: Any) -> Callable[[int, str], keras.Model]:
    """A network of keras.applications; its weights by name come from the network, by path from a file."""

    def make(size: int, weights: str) -> keras.Model:
        by_name = weights == "imagenet"
        kind = getattr(keras.applications, name)
        source = weights if by_name else None
        model = kind(include_top=False, weights=source, input_shape=(size, size, 3), **options)
        return model if by_name else filled(model, weights)

    return make


def _efficientnet_b0(size: int, weights: str) -> keras.Model:
    """Without its own scaling: a `Normalization` layer leaves dangling inputs in an exported graph."""
    whole = _application("EfficientNetB0")(size, weights)
    return keras.Model(whole.get_layer("stem_conv_pad").input, whole.output)


def _two_scales(size: int, weights: str) -> keras.Model:
    return two_scales(_application("MobileNetV2")(size, weights), "block_13_expand_relu")


def _own(make: Callable[[int], keras.Model]) -> Callable[[int, str], keras.Model]:
    """A network of ours: there is nothing to fetch by name, a file may hold earlier weights."""

    def build(size: int, weights: str) -> keras.Model:
        if weights == "imagenet":
            raise ConfigError(
                "architecture.weights is 'imagenet'; this network has no such weights. Leave it empty."
            )
        return filled(make(size), weights)

    return build


def filled(model: keras.Model, weights: str) -> keras.Model:
    """The model with weights from a file; an empty name leaves it as it is."""
    if weights and not Path(weights).is_file():
        raise ConfigError(
            f"architecture.weights is {weights!r}; expected '', 'imagenet' or a file that exists."
        )
    if weights:
        model.load_weights(weights)
    return model


def _from_file(size: int, weights: str) -> keras.Model:
    """MobileNetEdgeTPU has no builder in Keras: its layers come with its weights in one .keras file."""
    if not Path(weights).is_file():
        raise ConfigError(
            f"architecture.weights is {weights!r}; mobilenet_edgetpu is read from a .keras file, "
            "so name one that exists."
        )
    return keras.saving.load_model(weights, compile=False)


def _inception_mixed7(size: int, weights: str) -> keras.Model:
    by_name = weights == "imagenet"
    whole = keras.applications.InceptionV3(
        include_top=False, weights=weights if by_name else None, input_shape=(None, None, 3)
    )
    body = keras.Model(whole.input, whole.get_layer("mixed7").output)
    return body if by_name else filled(body, weights)


_SYMMETRIC = (1 / 127.5, -1.0)
_CAFFE = (1.0, [-103.939, -116.779, -123.68], True)
_DEVIATION, _MEAN = (0.229, 0.224, 0.225), (0.485, 0.456, 0.406)
_TORCH = (
    [1 / (255 * d) for d in _DEVIATION],
    [-m / d for m, d in zip(_MEAN, _DEVIATION, strict=True)],
)

BODIES: dict[str, Body] = {
    "cnn": Body(_own(cnn), 1 / 255, 0.0),
    "vit_tiny": Body(_own(vit_tiny), *_SYMMETRIC),
    "mobilenetv2_attention": Body(_two_scales, *_SYMMETRIC),
    "efficientnetb0": Body(_efficientnet_b0, *_TORCH),
    "mobilenetv2": Body(_application("MobileNetV2"), *_SYMMETRIC),
    "mobilenet_edgetpu": Body(_from_file, 1 / 127, -128 / 127),
    "inceptionv3_mixed7": Body(_inception_mixed7, 1 / 128, -1.0),
    "vgg16": Body(_application("VGG16"), *_CAFFE),
    "resnet50": Body(_application("ResNet50"), *_CAFFE),
    "xception": Body(_application("Xception"), *_SYMMETRIC),
    "efficientnetv2b0": Body(
        _application("EfficientNetV2B0", include_preprocessing=False), *_SYMMETRIC
    ),
    "convnext_tiny": Body(_application("ConvNeXtTiny", include_preprocessing=False), *_TORCH),
}
