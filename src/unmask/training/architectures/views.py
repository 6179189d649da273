"""A trained model -> what serving wants of it: the raw logit and the map of where it comes from."""

from __future__ import annotations

import keras
from keras import ops


def served(model: keras.Model) -> keras.Model:
    """The same network with the outputs `logit` [N] and `activation_map` [N, h, w]."""
    outputs = {"logit": logit(model), "activation_map": activation_map(model)}
    return keras.Model(model.input, outputs, name=model.name)


def logit(model: keras.Model) -> keras.KerasTensor:
    """Positive means fake; of two units it is the difference, which softmax turns into the same odds."""
    raw = model.get_layer("logit").output
    return raw[:, 0] if raw.shape[-1] == 1 else raw[:, 1] - raw[:, 0]


def activation_map(model: keras.Model) -> keras.KerasTensor:
    """How much each place speaks for fake, never below 0.

    Where the head is average pooling and one Dense layer, its weights applied to every place give
    the exact share of each place in the logit. Other heads have no such split; there the mean of
    the positive activations shows where the network found anything.
    """
    features = model.get_layer("features").output
    if not _is_linear(model):
        return ops.mean(ops.relu(features), axis=-1)
    kernel = ops.convert_to_numpy(model.get_layer("logit").kernel)
    direction = kernel if kernel.shape[1] == 1 else kernel[:, 1:] - kernel[:, :1]
    conv = keras.layers.Conv2D(1, 1, use_bias=False, trainable=False, name="evidence")
    conv.build(features.shape)
    conv.set_weights([direction[None, None]])
    return ops.relu(conv(features)[..., 0])


def _is_linear(model: keras.Model) -> bool:
    """Average pooling, then nothing that mixes or bends channels before the logit."""
    names = {layer.name for layer in model.layers}
    if "pool" not in names or {"dense0", "pool_bn"} & names:
        return False
    return isinstance(model.get_layer("pool"), keras.layers.GlobalAveragePooling2D)
