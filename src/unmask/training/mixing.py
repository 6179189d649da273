"""A batch -> the same batch, some pictures mixed with others (MixUp) or patched with a piece of others (CutMix)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unmask.training.config import Augment

Images, Targets = NDArray[np.uint8], NDArray[np.float32]


def mixed(
    images: Images, targets: Targets, augment: Augment, rng: np.random.Generator
) -> tuple[Images, Targets]:
    """At most one of the two per batch, each with its own chance."""
    luck = rng.random()
    if luck < augment.mixup:
        return mixup(images, targets, rng)
    if luck < augment.mixup + augment.cutmix:
        return cutmix(images, targets, rng)
    return images, targets


def mixup(images: Images, targets: Targets, rng: np.random.Generator) -> tuple[Images, Targets]:
    other = rng.permutation(len(images))
    share = rng.beta(0.2, 0.2, size=len(images)).astype(np.float32)
    s = share[:, None, None, None]
    blend = np.rint(images * s + images[other] * (1 - s)).astype(np.uint8)
    return blend, targets * share + targets[other] * (1 - share)


def cutmix(images: Images, targets: Targets, rng: np.random.Generator) -> tuple[Images, Targets]:
    """One rectangle for the whole batch; targets follow the area that stayed."""
    other, (height, width) = rng.permutation(len(images)), images.shape[1:3]
    part = np.sqrt(rng.uniform(0.05, 0.5))
    h, w = int(height * part), int(width * part)
    top, left = rng.integers(height - h + 1), rng.integers(width - w + 1)
    patched = images.copy()
    patched[:, top : top + h, left : left + w] = images[other, top : top + h, left : left + w]
    kept = np.float32(1 - h * w / (height * width))
    return patched, targets * kept + targets[other] * (1 - kept)
