"""Weights over time -> their running mean: steadier than the last step, and what is validated and kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np

EVERY = 8
"""Steps between two looks at the weights: reading them each step would cost more than it gives."""


class RunningMean:
    """Follows a model; with momentum 0 it simply is the model."""

    def __init__(self, model: keras.Model, momentum: float) -> None:
        self.model, self.momentum = model, momentum**EVERY if momentum else 0.0
        self.weights: list[np.ndarray] = model.get_weights() if momentum else []
        self.looks = 0

    def follow(self, step: int) -> None:
        if not self.momentum or step % EVERY:
            return
        self.looks += 1
        # Young means lean on few looks, so that the starting weights are soon forgotten.
        keep = min(self.momentum, self.looks / (self.looks + 9))
        for i, now in enumerate(self.model.get_weights()):
            self.weights[i] = keep * self.weights[i] + (1 - keep) * now

    @contextmanager
    def applied(self) -> Iterator[keras.Model]:
        """The model with the mean weights, for as long as the block lasts."""
        if not self.momentum:
            yield self.model
            return
        own = self.model.get_weights()
        self.model.set_weights(self.weights)
        try:
            yield self.model
        finally:
            self.model.set_weights(own)
