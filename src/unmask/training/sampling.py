"""Cached faces -> which one comes next: real and fake alike, and even over sets and makers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Generic, TypeVar

import numpy as np

from unmask.dataset.manifest import FAKE, REAL
from unmask.errors import ConfigError, EmptyDataset
from unmask.training.config import Data
from unmask.training.crop_store import Item

T = TypeVar("T")


class Sampler:
    """Draws a label's face: first its set, then the maker within the set, then the picture."""

    def __init__(self, items: Sequence[Item], data: Data) -> None:
        self._sets = {
            label: _weighted_sets([i for i in items if i.entry.label == label], data)
            for label in (REAL, FAKE)
        }

    def draw(self, label: int, rng: np.random.Generator) -> Item:
        makers = self._sets[label].draw(rng)
        pictures = makers.draw(rng)
        return pictures[rng.integers(len(pictures))]


class Urn(Generic[T]):
    """Things with shares; drawing by running sums is ten times as fast as `rng.choice` with weights."""

    def __init__(self, things: Sequence[T], shares: Sequence[float]) -> None:
        self.things, self.sums = things, np.cumsum(shares) / np.sum(shares)

    def draw(self, rng: np.random.Generator) -> T:
        return self.things[int(np.searchsorted(self.sums, rng.random(), "right"))]


def _weighted_sets(items: Sequence[Item], data: Data) -> Urn[Urn[list[Item]]]:
    if not items:
        raise EmptyDataset("Training needs real and fake pictures; one class has none.")
    by_set: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_set[item.entry.set].append(item)
    weights = [
        len(group) ** data.balance * data.weights.get(name, 1.0) for name, group in by_set.items()
    ]
    if min(weights) < 0 or sum(weights) == 0:
        raise ConfigError(f"data.weights is {data.weights}; expected numbers above 0.")
    return Urn([_by_maker(group) for group in by_set.values()], weights)


def _by_maker(items: Sequence[Item]) -> Urn[list[Item]]:
    """Within a set makers share by the root of their size: a maker of four pictures must not be a tenth."""
    makers: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        makers[item.entry.generator].append(item)
    return Urn(list(makers.values()), [len(group) ** 0.5 for group in makers.values()])
