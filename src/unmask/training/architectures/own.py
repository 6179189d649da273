"""Bodies of our own: a plain convolutional network, a small vision transformer, and MobileNetV2 at two scales."""

from __future__ import annotations

import keras
from keras import layers, ops

CNN_CHANNELS = (32, 64, 128, 128, 256)
PATCH, WIDTH, DEPTH, HEADS = 16, 192, 6, 3


def cnn(size: int) -> keras.Model:
    """Convolution, batch normalisation and max pooling, five times over."""
    x = image = keras.Input((size, size, 3))
    for channels in CNN_CHANNELS:
        x = layers.Conv2D(channels, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D()(x)
    return keras.Model(image, x)


def vit_tiny(size: int) -> keras.Model:
    """Patches of 16 pixels through six transformer blocks.

    A depthwise convolution tells each patch where it is: its zero border marks the edges. That
    works at any size and needs no table of positions.
    """
    image = keras.Input((size, size, 3))
    x = layers.Conv2D(WIDTH, PATCH, strides=PATCH)(image)
    x = layers.Add()([x, layers.DepthwiseConv2D(3, padding="same")(x)])
    height, width = x.shape[1:3]
    x = layers.Reshape((height * width, WIDTH))(x)
    for _ in range(DEPTH):
        x = _block(x)
    x = layers.LayerNormalization(epsilon=1e-6)(x)
    return keras.Model(image, layers.Reshape((height, width, WIDTH))(x))


def _block(x: keras.KerasTensor) -> keras.KerasTensor:
    """Attention, then a small network at each patch; each is added to what came in."""
    y = layers.LayerNormalization(epsilon=1e-6)(x)
    y = layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(y, y)
    x = layers.Add()([x, y])
    y = layers.LayerNormalization(epsilon=1e-6)(x)
    y = layers.Dense(WIDTH * 4, activation="gelu")(y)
    return layers.Add()([x, layers.Dense(WIDTH)(y)])


def two_scales(body: keras.Model, middle: str) -> keras.Model:
    """The body with a finer map beside its last one."""
    return keras.Model(body.input, [body.get_layer(middle).output, body.output])


def attended(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """First which channels matter, then which places."""
    channels = x.shape[-1]
    squeeze = layers.Dense(channels // 16, activation="relu", name=f"{name}_squeeze")
    excite = layers.Dense(channels, name=f"{name}_excite")
    pooled = [ops.mean(x, axis=(1, 2)), ops.max(x, axis=(1, 2))]
    gate = ops.sigmoid(sum(excite(squeeze(p)) for p in pooled))
    x = layers.Multiply()([x, layers.Reshape((1, 1, channels))(gate)])
    seen = ops.concatenate(
        [ops.mean(x, axis=-1, keepdims=True), ops.max(x, axis=-1, keepdims=True)], axis=-1
    )
    place = layers.Conv2D(1, 7, padding="same", activation="sigmoid", name=f"{name}_place")(seen)
    return layers.Multiply(name=name)([x, place])
