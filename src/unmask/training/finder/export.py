"""A trained network in, a finder folder's model.onnx out: uint8 picture in, boxes and confidence out."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from unmask.training.finder.network import SIZE
from unmask.training.finder.targets import cell_centres


class Decode(layers.Layer):
    """Raw cells [N,K,5] -> boxes [N,K,4] in pixels of the working square and confidence [N,K]."""

    def __init__(self, size: int) -> None:
        super().__init__()
        centres, strides = cell_centres(size)
        self._middle = np.concatenate([centres, centres], axis=1)[None]
        self._stride = (strides[:, None] * np.array([-1, -1, 1, 1], np.float32))[None]

    def call(self, cells):
        edges = ops.exp(ops.clip(cells[..., 1:], -4.0, 4.0)) * self._stride
        return {"boxes": self._middle + edges, "confidence": ops.sigmoid(cells[..., 0])}


def serving(network: keras.Model, size: int = SIZE) -> keras.Model:
    image = keras.Input((size, size, 3), dtype="uint8", name="image")
    cells = network(ops.cast(image, "float32"), training=False)
    return keras.Model(image, Decode(size)(cells))


def export(network: keras.Model, path: Path, size: int = SIZE) -> None:
    signature = [keras.InputSpec(dtype="uint8", shape=(None, size, size, 3), name="image")]
    serving(network, size).export(path, format="onnx", input_signature=signature, verbose=False)
