"""Model + Validation split -> one row of numbers: AUC for each set, and the mean that decides which weights are best."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from unmask.dataset.manifest import FAKE, REAL, Split
from unmask.errors import EmptyDataset
from unmask.training.batches import served_batches, split_items
from unmask.training.config import RunConfig
from unmask.training.crop_store import CropStore

Row = dict[str, float]

ENOUGH = 40
"""From so many faces on, sets count alike; the AUC of a handful is mostly chance and counts for less."""


class Measure:
    """Scores the Validation faces cut as serving cuts them; no chance in it."""

    def __init__(self, store: CropStore, config: RunConfig) -> None:
        self.store, self.config = store, config
        self.items = split_items(store, config, Split.VALIDATION)
        self.labels = np.array([i.entry.label for i in self.items])
        self.sets = np.array([i.entry.set for i in self.items])
        if len(set(self.labels.tolist())) < 2:
            raise EmptyDataset(
                "The Validation split needs real and fake pictures: the best weights are chosen on it."
            )

    def __call__(self, model: keras.Model) -> Row:
        return rows(self.logits(model), self.labels, self.sets)

    def logits(self, model: keras.Model) -> NDArray[np.float64]:
        """Positive means fake, whatever the head ends in."""
        parts = [
            np.asarray(model.predict_on_batch(images.astype(np.float32)))[:, -1]
            for images in served_batches(self.store, self.items, self.config)
        ]
        said = np.concatenate(parts).astype(np.float64)
        if self.config.architecture.output == "logit":
            return said
        chance = np.clip(said, 1e-7, 1 - 1e-7)
        return np.log(chance) - np.log1p(-chance)

    def with_others(self, name: str) -> NDArray[np.bool_]:
        """The faces of a set; with one class only, fakes meet all real faces and real ones all fakes."""
        return completed(self.sets == name, self.labels)


def rows(scores: NDArray[np.float64], labels: NDArray[np.int64], sets: NDArray[np.str_]) -> Row:
    """AUC for each set, and two ways to sum them up: `auc`, their mean, decides."""
    found, faces = {}, []
    for name in sorted(set(sets)):
        mine = completed(sets == name, labels)
        found[f"auc_{name}"] = auc(scores[mine], labels[mine])
        faces.append(min(int((sets == name).sum()), ENOUGH))
    mean = np.average(list(found.values()), weights=faces)
    return {"auc": float(mean), "auc_pool": auc(scores, labels), **found}


def completed(mine: NDArray[np.bool_], labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    lone = len(set(labels[mine].tolist())) == 1
    return mine | (labels != labels[mine][0]) if lone else mine


def auc(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The share of pairs of a fake and a real face in which the fake scores higher; ties count half."""
    real, fake = np.sort(scores[labels == REAL]), scores[labels == FAKE]
    below = np.searchsorted(real, fake, "left") + np.searchsorted(real, fake, "right")
    return float(below.sum() / (2 * len(real) * len(fake)))
