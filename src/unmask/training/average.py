"""Weights over time -> those that are validated and kept: their running mean, and some of where they began.

The mean is steadier than the last step. A share of the starting weights gives back what a detector
unlearns while it is taught something new (Wortsman et al. 2022, robust fine-tuning).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np

Weights = list[np.ndarray]

EVERY = 8
"""Steps between two looks at the weights: reading them each step would cost more than it gives."""


class RunningMean:
    """Follows a model; with momentum 0 and nothing remembered it simply is the model."""

    def __init__(self, model: keras.Model, momentum: float, remember: float = 0.0) -> None:
        self.model, self.momentum = model, momentum**EVERY if momentum else 0.0
        self.weights: Weights = model.get_weights() if momentum else []
        self.remember = remember
        self.start: Weights = model.get_weights() if remember else []
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
        """The model with the weights that are kept, for as long as the block lasts."""
        own: Weights = self.model.get_weights()
        self.model.set_weights(self._kept(own))
        try:
            yield self.model
        finally:
            self.model.set_weights(own)

    def _kept(self, own: Weights) -> Weights:
        mean = self.weights or own
        if not self.start:
            return mean
        return [
            self.remember * before + (1 - self.remember) * now
            for before, now in zip(self.start, mean, strict=True)
        ]
