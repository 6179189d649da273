"""Sizes in, Keras network out: a small single-shot, anchor-free face finder with three strides."""

from __future__ import annotations

import keras
from keras import layers

from unmask.training.finder.targets import SIZE, STRIDES

HEAD = 64
PRIOR = -4.0
"""First logit of every cell: nearly all cells see no face, and training starts from there."""


def build(size: int = SIZE) -> keras.Model:
    """Pixels 0..255 [N,S,S,3] -> raw cells [N,K,5]: logit, then log distances to the four edges."""
    image = keras.Input((size, size, 3), name="image")
    x = layers.Rescaling(1 / 127.5, -1.0)(image)
    x = _convolve(x, 16, 3, stride=2)
    x = _stage(x, 32, blocks=1)
    fine = _stage(x, 64, blocks=3)
    middle = _stage(fine, 128, blocks=3)
    coarse = _stage(middle, 160, blocks=3)
    levels = _pyramid(fine, middle, coarse)
    cells = [_head(level, f"head{stride}") for level, stride in zip(levels, STRIDES, strict=True)]
    return keras.Model(image, layers.Concatenate(axis=1, name="cells")(cells), name="finder")


def _convolve(x, channels: int, kernel: int, stride: int = 1):
    x = layers.Conv2D(channels, kernel, stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(_normalise(x))


def _separable(x, channels: int, stride: int = 1, kernel: int = 3):
    x = layers.DepthwiseConv2D(kernel, stride, padding="same", use_bias=False)(x)
    return _normalise(layers.Conv2D(channels, 1, use_bias=False)(_normalise(x)))


def _normalise(x):
    return layers.BatchNormalization(momentum=0.97, epsilon=1e-3)(x)


def _stage(x, channels: int, blocks: int):
    x = layers.ReLU()(_separable(x, channels, stride=2))
    for _ in range(blocks):
        x = layers.ReLU()(layers.Add()([x, _separable(x, channels)]))
    return x


def _pyramid(fine, middle, coarse):
    """Lets the fine levels know what the coarse ones saw."""
    coarse = _convolve(coarse, HEAD, 1)
    middle = layers.Add()([_convolve(middle, HEAD, 1), _enlarge(coarse)])
    fine = layers.Add()([_convolve(fine, HEAD, 1), _enlarge(middle)])
    return fine, middle, coarse


def _enlarge(x):
    return layers.UpSampling2D(2, interpolation="nearest")(x)


def _head(x, name: str):
    for _ in range(2):
        x = layers.ReLU()(_separable(x, HEAD))
    logit = layers.Conv2D(
        1, 1, bias_initializer=keras.initializers.Constant(PRIOR), name=f"{name}_logit"
    )(x)
    edges = layers.Conv2D(
        4, 1, bias_initializer=keras.initializers.Constant(0.7), name=f"{name}_edges"
    )(x)
    cells = layers.Concatenate()([logit, edges])
    return layers.Reshape((-1, 5))(cells)
