"""Targets and raw cells in, one number to lower out: focal loss for "face", GIoU loss for its box."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from unmask.training.finder.targets import cell_centres

BOX_WEIGHT = 2.0


class FinderLoss(keras.losses.Loss):
    """Sums over the cells of a batch and divides by the number of cells that see a face."""

    def __init__(self, size: int) -> None:
        super().__init__(reduction=None, name="finder_loss")
        self._strides = np.log(cell_centres(size)[1])

    def call(self, target, cells):
        faces = target[..., 0]
        count = ops.maximum(ops.sum(faces), 8.0)
        answer = ops.sum(target[..., 1] * _focal(faces, cells[..., 0])) / count
        edges = ops.exp(ops.clip(cells[..., 1:], -4.0, 4.0) + self._strides[None, :, None])
        box = ops.sum(faces * _giou(target[..., 2:], edges)) / count
        return answer + BOX_WEIGHT * box


def _focal(truth, logit):
    """Cross-entropy that forgets what is already well answered (gamma 2, both sides alike)."""
    entropy = ops.relu(logit) - logit * truth + ops.softplus(-ops.abs(logit))
    wrong = ops.abs(truth - ops.sigmoid(logit))
    return entropy * wrong * wrong


def _giou(truth, edges):
    """1 - generalised intersection over union of two boxes told by distances from one point."""
    low, high = ops.minimum(truth, edges), ops.maximum(truth, edges)
    shared, hull = _area(low), _area(high)
    union = _area(truth) + _area(edges) - shared
    return 1.0 - shared / (union + 1e-3) + (hull - union) / (hull + 1e-3)


def _area(edges):
    return (edges[..., 0] + edges[..., 2]) * (edges[..., 1] + edges[..., 3])
