"""Keras classifiers small enough to build in a test, one for each way a network may end."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

SIZE = 32


def _images() -> keras.KerasTensor:
    return keras.Input((SIZE, SIZE, 3))


def _features(x: keras.KerasTensor, activation: str = "relu") -> keras.KerasTensor:
    x = layers.Conv2D(6, 3, strides=2, activation=activation)(x)
    x = layers.BatchNormalization()(x)
    return layers.DepthwiseConv2D(3, activation=activation)(x)


def sigmoid() -> keras.Model:
    image = _images()
    pooled = layers.GlobalAveragePooling2D()(_features(image))
    return keras.Model(image, layers.Dense(1, activation="sigmoid")(layers.Dropout(0.3)(pooled)))


def logit() -> keras.Model:
    image = _images()
    pooled = layers.GlobalAveragePooling2D()(_features(layers.Rescaling(1 / 255)(image)))
    answer = layers.Activation("linear")(layers.Dense(1)(pooled))
    return keras.Model(image, answer, name="tiny")


def softmax() -> keras.Model:
    image = _images()
    pooled = layers.GlobalMaxPooling2D()(_features(image))
    hidden = layers.BatchNormalization()(layers.Dense(8, activation="relu")(pooled))
    return keras.Model(image, layers.Softmax()(layers.Dense(2)(hidden)))


def flattened() -> keras.Model:
    """Augmenting layers left inside, and a head that no class-activation map can be made of."""
    return keras.Sequential(
        [
            _images_layer(),
            layers.RandomFlip(),
            layers.RandomRotation(0.1),
            layers.Conv2D(4, 3, strides=2, activation="relu"),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(2, activation="softmax"),
        ]
    )


def nested() -> keras.Model:
    inner_image = _images()
    inner = keras.Model(inner_image, _features(inner_image), name="backbone")
    image = _images()
    normal = layers.Normalization(mean=[0.4, 0.5, 0.6], variance=[0.1, 0.2, 0.3])(image)
    pooled = layers.GlobalAveragePooling2D()(inner(normal))
    return keras.Model(image, layers.Dense(1, activation="sigmoid")(pooled))


class Own(keras.Model):
    """A network of somebody's own, whose last step is no layer."""

    def __init__(self, last=keras.ops.sigmoid) -> None:
        super().__init__()
        self.conv, self.pool = layers.Conv2D(4, 3), layers.GlobalAveragePooling2D()
        self.dense, self.last = layers.Dense(1), last

    def call(self, images):
        return self.last(self.dense(self.pool(self.conv(images))))


def _images_layer() -> keras.layers.InputLayer:
    return layers.InputLayer(shape=(SIZE, SIZE, 3))


def shaken(model: keras.Model, seed: int = 1) -> keras.Model:
    """Away from the start: fresh batch normalisation is the identity and would hide a mistake."""
    model(np.zeros((1, SIZE, SIZE, 3), np.float32), training=False)
    rng = np.random.default_rng(seed)
    for variable in model.weights:
        if "seed" not in variable.path:
            values = rng.normal(0, 0.4, variable.shape)
            positive = "variance" in variable.path or "gamma" in variable.path
            variable.assign(np.abs(values) + 0.2 if positive else values)
    return model
