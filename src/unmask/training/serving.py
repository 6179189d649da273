"""A Keras model + how it wants its pictures -> what a detector serves: uint8 in, logit and map out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from unmask.errors import ConfigError
from unmask.training import heads
from unmask.training.recording import run
from unmask.types import Pixels

Values = Literal["0..255", "0..1", "-1..1"]
Positive = Literal["fake", "real"]

SCALES: dict[str, tuple[float, float]] = {
    "0..255": (1.0, 0.0),
    "0..1": (1 / 255, 0.0),
    "-1..1": (1 / 127.5, -1.0),
}


@dataclass(frozen=True)
class Intake:
    """How a model wants its pictures, and what its positive answer (of two: the second) means."""

    size: int
    values: Values = "0..255"
    positive: Positive = "fake"

    def __post_init__(self) -> None:
        if self.values not in SCALES:
            raise ConfigError(
                f"The value range {self.values!r} is unknown. Give one of {', '.join(SCALES)}."
            )
        if self.positive not in ("fake", "real"):
            raise ConfigError(f"The positive answer is {self.positive!r}; expected fake or real.")
        if not 16 <= self.size <= 1024:
            raise ConfigError(f"An input of {self.size} pixels was asked for; expected 16 to 1024.")


class Serving:
    """Called inside a graph, it traces the model; `kind` says how its logit was found."""

    def __init__(self, model: keras.Model, intake: Intake) -> None:
        self.model, self.intake = model, intake
        self._sign = 1.0 if intake.positive == "fake" else -1.0
        _fix_constants(model)
        output, record = run(model, self._scaled(np.zeros((1, *self.shape), np.uint8)))
        self.kind = heads.logit(output, record)[1]
        self.map_shape = tuple(heads.evidence(output, record, np.zeros(1, np.float32)).shape[1:])

    @property
    def shape(self) -> tuple[int, int, int]:
        return (self.intake.size, self.intake.size, 3)

    def __call__(self, image: Any) -> dict[str, Any]:
        output, record = run(self.model, self._scaled(image))
        logit, _ = heads.logit(output, record)
        heat = heads.evidence(output, record, logit)
        return {"logit": logit * self._sign, "activation_map": heat * self._sign}

    def expected(self, images: Pixels) -> NDArray[np.float64]:
        """The model's own word on some pictures, by none of the code above but the scaling.

        The chance of a fake, or the logit where the model gives one.
        """
        said = self.model.predict_on_batch(self._scaled_plainly(images))
        values = np.asarray(said, np.float64).reshape(len(images), -1)
        if self.kind == "linear":
            plain = values[:, 0] if values.shape[1] == 1 else values[:, 1] - values[:, 0]
            return plain * self._sign
        chance = values[:, -1]
        return chance if self.intake.positive == "fake" else 1.0 - chance

    def predict(self, images: Pixels) -> NDArray[np.float32]:
        """What a program that uses Keras itself would call."""
        return np.asarray(self.model.predict(self._scaled_plainly(images), verbose=0))

    def _scaled_plainly(self, images: Pixels) -> NDArray[np.float32]:
        scale, offset = SCALES[self.intake.values]
        return images.astype(np.float32) * np.float32(scale) + np.float32(offset)

    def _scaled(self, image: Any) -> Any:
        scale, offset = SCALES[self.intake.values]
        return ops.cast(image, "float32") * scale + offset


def _fix_constants(model: keras.Model) -> None:
    """Normalization keeps its statistics as tensors outside any graph; exporters lose those."""
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Normalization):
            layer.mean, layer.variance = np.asarray(layer.mean), np.asarray(layer.variance)
