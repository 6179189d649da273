"""CropStore + config -> training batches, each a pure function of seed and step; made here or in processes beside.

Because a batch depends on nothing but the seed and its number, a run that was killed goes on with
the very batches it would have seen, and any number of workers gives the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unmask.dataset.manifest import FAKE, REAL, Split
from unmask.training.augment import Augmenter, served
from unmask.training.config import RunConfig
from unmask.training.crop_store import CropStore, Item
from unmask.training.mixing import mixed
from unmask.training.sampling import Sampler


@dataclass(frozen=True)
class Batch:
    """`images` uint8 [n,S,S,3]; `targets` 0 real to 1 fake, between them when mixed; `weights` per picture."""

    images: NDArray[np.uint8]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]


class BatchMaker:
    """Makes the batch of any step."""

    def __init__(self, store: CropStore, config: RunConfig) -> None:
        self.store, self.config = store, config
        self.sampler = Sampler(training_items(store, config), config.data)
        self.augmenter = Augmenter(config.augment, config.data, config.architecture.size)

    def __call__(self, step: int) -> Batch:
        c, rng = self.config, np.random.default_rng([self.config.seed, step])
        size = c.architecture.size
        images = np.empty((c.optimise.batch, size, size, 3), np.uint8)
        targets = (np.arange(c.optimise.batch) % 2).astype(np.float32)
        for i, label in enumerate(targets):
            images[i] = self._picture(int(label), rng)
        weights = np.asarray(c.optimise.class_weights, np.float32)[targets.astype(int)]
        images, targets = mixed(images, targets, c.augment, rng)
        smoothing = c.optimise.label_smoothing
        return Batch(images, targets * (1 - smoothing) + smoothing / 2, weights)

    def _picture(self, label: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        blend = label == FAKE and rng.random() < self.config.augment.self_blend
        item = self.sampler.draw(REAL if blend else label, rng)
        return self.augmenter(self.store.square(item), item.box, rng, blend)


def training_items(store: CropStore, config: RunConfig) -> list[Item]:
    """The Train split without what the run was told to leave out."""
    file = config.data.leave_out_list
    listed = set(Path(file).read_text(encoding="utf-8").splitlines()) if file else set()
    return [i for i in split_items(store, config, Split.TRAIN) if i.entry.full_name not in listed]


def split_items(store: CropStore, config: RunConfig, split: Split) -> list[Item]:
    """A split without the sets and makers left out: the best weights must not be chosen on them either."""
    out = config.data.leave_out
    return [i for i in store.items if i.entry.split == split and not i.entry.is_of(out)]


def served_batches(
    store: CropStore, items: list[Item], config: RunConfig, size: int = 64
) -> Iterator[NDArray[np.uint8]]:
    """The pictures as serving would cut them, in order."""
    margin, side = config.data.margin, config.architecture.size
    for i in range(0, len(items), size):
        yield np.stack(
            [served(store.square(it), it.box, margin, side) for it in items[i : i + size]]
        )


def seen(store: CropStore, config: RunConfig, count: int = 512) -> NDArray[np.float32]:
    """Pictures as training shows them, from steps that no run reaches."""
    make = BatchMaker(store, config)
    steps = range(10**9, 10**9 + -(-count // config.optimise.batch))
    return np.concatenate([make(step).images for step in steps]).astype(np.float32)


def maker(folder: Path, config: RunConfig) -> BatchMaker:
    """A maker from plain data: what a worker process is started with."""
    return BatchMaker(CropStore(folder), config)
