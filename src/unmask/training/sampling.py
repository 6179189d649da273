"""Cached faces -> which one comes next: real and fake alike, and even over sets and makers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from unmask.dataset.manifest import FAKE, REAL
from unmask.errors import ConfigError, EmptyDataset
from unmask.training.config import Data
from unmask.training.crop_store import Item


class Sampler:
    """Draws a label's face: first its set, then the maker within the set, then the picture."""

    def __init__(self, items: Sequence[Item], data: Data) -> None:
        self._sets = {
            label: _weighted_sets([i for i in items if i.entry.label == label], data)
            for label in (REAL, FAKE)
        }

    def draw(self, label: int, rng: np.random.Generator) -> Item:
        shares, groups = self._sets[label]
        makers = groups[rng.choice(len(groups), p=shares)]
        inner, lists = makers
        chosen = lists[rng.choice(len(lists), p=inner)]
        return chosen[rng.integers(len(chosen))]


def _weighted_sets(items: Sequence[Item], data: Data):
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
    return np.array(weights) / sum(weights), [_by_maker(group) for group in by_set.values()]


def _by_maker(items: Sequence[Item]):
    """Within a set makers share by the root of their size: a maker of four pictures must not be a tenth."""
    makers: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        makers[item.entry.generator].append(item)
    sizes = np.sqrt([len(group) for group in makers.values()])
    return sizes / sizes.sum(), list(makers.values())
