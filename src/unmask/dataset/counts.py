"""Manifest or Facts -> rows of a table: how many pictures per set, split and class, and what they are like."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmask.dataset.facts import Facts
from unmask.dataset.manifest import Manifest, Split

CLASSES = ("real", "fake")


@dataclass(frozen=True)
class SetCounts:
    """One line of the balance sheet: real and fake pictures of a set in one split."""

    set: str
    split: str
    real: int
    fake: int
    groups: int


@dataclass(frozen=True)
class Spread:
    """5th percentile, median and 95th percentile."""

    low: int
    median: int
    high: int


@dataclass(frozen=True)
class ClassSummary:
    """What the files of one class in one set are like.

    `side` is the longer side in pixels, `quality` that of the JPEG files; None where there are none.
    """

    set: str
    label: str
    count: int
    unreadable: int
    formats: dict[str, int]
    side: Spread | None
    quality: Spread | None


def balance(manifest: Manifest) -> tuple[SetCounts, ...]:
    """One line per set and split, in the order of the names and of the work."""
    order = {split: number for number, split in enumerate(Split)}
    counts = Counter((e.set, order[e.split], e.label) for e in manifest)
    homes = {(e.set, order[e.split], e.group) for e in manifest}
    groups = Counter((name, split) for name, split, _ in homes)
    return tuple(
        SetCounts(
            set=name,
            split=tuple(Split)[split].value,
            real=counts[name, split, 0],
            fake=counts[name, split, 1],
            groups=groups[name, split],
        )
        for name, split in sorted(groups)
    )


def summaries(facts: Facts) -> tuple[ClassSummary, ...]:
    """One summary per set and class, unreadable files counted apart."""
    labels = facts.manifest.labels()
    sets = np.array([entry.set for entry in facts.manifest])
    found = []
    for name in facts.manifest.sets():
        for label, word in enumerate(CLASSES):
            rows = np.flatnonzero((sets == name) & (labels == label))
            if rows.size:
                found.append(_summary(facts, rows, name, word))
    return tuple(found)


def _summary(facts: Facts, rows: NDArray[np.int64], name: str, word: str) -> ClassSummary:
    table = facts.table[rows]
    table = table[table["readable"]]
    return ClassSummary(
        set=name,
        label=word,
        count=len(rows),
        unreadable=len(rows) - len(table),
        formats=dict(sorted(Counter(table["format"].tolist()).items())),
        side=_spread(np.maximum(table["width"], table["height"])),
        quality=_spread(table["quality"][table["quality"] > 0]),
    )


def _spread(values: NDArray[Any]) -> Spread | None:
    if not values.size:
        return None
    return Spread(*np.percentile(values, [5, 50, 95]).round().astype(int).tolist())
