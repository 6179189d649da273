"""A trained network in, a finder folder out: model.onnx, finder.json, selftest.npz; the card comes later."""

from __future__ import annotations

import hashlib
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from unmask.errors import ExportMismatch
from unmask.runtime import Session
from unmask.stages.faces import selftest
from unmask.stages.faces.finder import MODEL
from unmask.training.finder.drawings import drawings
from unmask.training.finder.targets import SIZE, cell_centres
from unmask.types import Pixels

TOLERANCE = {"boxes": 0.05, "confidence": 1e-4}
"""How far the exported graph may stray from Keras, in pixels and in confidence."""


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


def serving(network: keras.Model) -> keras.Model:
    """The network as it is served: uint8 in, scaling and decoding inside."""
    image = keras.Input((SIZE, SIZE, 3), dtype="uint8", name="image")
    cells = network(ops.cast(image, "float32"), training=False)
    return keras.Model(image, Decode(SIZE)(cells))


def export(network: keras.Model, folder: Path, probes: Pixels) -> str:
    """Writes model.onnx and its self-test, proves it against Keras on `probes`, returns its hash."""
    path, model = folder / MODEL, serving(network)
    signature = [keras.InputSpec(dtype="uint8", shape=(None, SIZE, SIZE, 3), name="image")]
    model.export(path, format="onnx", input_signature=signature, verbose=False)
    session = Session.open(path)
    _prove(model, session, probes)
    pictures = drawings(SIZE)
    out = session.run({"image": pictures})
    selftest.write(folder, selftest.Recording(pictures, out["boxes"], out["confidence"]))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _prove(model: keras.Model, session: Session, probes: Pixels) -> None:
    """The graph must agree with Keras, and one picture alone with the same picture among many."""
    expected = {name: np.asarray(v) for name, v in model.predict_on_batch(probes).items()}
    together = session.run({"image": probes})
    alone = [session.run({"image": probe[None]}) for probe in probes]
    for name, tolerance in TOLERANCE.items():
        single = np.concatenate([one[name] for one in alone])
        worst = max(
            float(np.abs(together[name] - expected[name]).max()),
            float(np.abs(together[name] - single).max()),
        )
        if not worst <= tolerance:
            raise ExportMismatch(
                f"The exported finder's {name} differ by {worst:.3g} from the trained network's; "
                f"at most {tolerance:g} is expected. Do not ship it: look at the export."
            )
