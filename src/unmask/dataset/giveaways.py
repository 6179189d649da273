"""Facts -> Giveaways: how far the wrapping of a picture alone (format, quality, size) gives its class away."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmask.dataset.facts import Facts

EVERYTHING = ""
FEWEST = 20
SUSPICIOUS = 0.6
SIZE_STEPS = 8

Codes = NDArray[np.int64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Giveaway:
    """How often one property alone tells real from fake: 0.5 is chance, 1.0 is always.

    `set` is empty for all sets together. `telling` means more than chance allows.
    """

    property: str
    set: str
    accuracy: float
    telling: bool


def find_giveaways(facts: Facts) -> tuple[Giveaway, ...]:
    """Looks at all pictures together, then at each set that has both classes."""
    readable = facts.table["readable"]
    sets = np.array([entry.set for entry in facts.manifest])
    labels = facts.manifest.labels()
    halves = np.array([digest[:1] for digest in facts.table["digest"]]) < b"\x80"
    found = []
    for name in (EVERYTHING, *facts.manifest.sets()):
        rows = np.flatnonzero(readable & ((sets == name) | (name == EVERYTHING)))
        if np.bincount(labels[rows], minlength=2).min() < FEWEST:
            continue
        for prop, codes in _properties(facts, sets, alone=name != EVERYTHING).items():
            accuracy = guessed(codes[rows], labels[rows], halves[rows])
            telling = accuracy >= _bar(labels[rows])
            found.append(Giveaway(prop, name, accuracy, telling))
    return tuple(found)


def guessed(codes: Codes, labels: Labels, halves: NDArray[np.bool_]) -> float:
    """Learns each value's likelier class on one half and guesses the other half, both ways round.

    Balanced over the classes, so that plain majority is worth nothing; a value that was not
    seen before counts as half right.
    """
    return float(np.mean([_guessed(codes, labels, half) for half in (halves, ~halves)]))


def _guessed(codes: Codes, labels: Labels, learn: NDArray[np.bool_]) -> float:
    top = int(codes.max()) + 1
    counts = [np.bincount(codes[learn & (labels == c)], minlength=top) for c in (0, 1)]
    real, fake = (count / max(int(count.sum()), 1) for count in counts)
    says_fake = np.where(fake == real, 0.5, fake > real)[codes]
    right = np.where(labels == 1, says_fake, 1 - says_fake)
    judged = [right[~learn & (labels == c)] for c in (0, 1)]
    return float(np.mean([part.mean() if part.size else 0.5 for part in judged]))


def _bar(labels: Labels) -> float:
    """At least SUSPICIOUS, and three standard errors from chance where pictures are few.

    The error is that of one half: both halves compare the same counts, so they err together.
    """
    judged = np.bincount(labels, minlength=2) / 2
    return max(SUSPICIOUS, 0.5 + 3 * 0.25 * sqrt(float((1 / judged).sum())))


def _properties(facts: Facts, sets: NDArray[np.str_], alone: bool) -> dict[str, Codes]:
    """Each property as whole numbers; sizes in steps of 9 %, since cropped faces vary by a pixel."""
    table = facts.table
    sides = np.stack([np.maximum(table["width"], 1), np.maximum(table["height"], 1)])
    steps = np.round(SIZE_STEPS * np.log2(sides)).astype(np.int64)
    found = {
        "format": _coded(table["format"]),
        "jpeg quality": table["quality"].astype(np.int64),
        "size": steps[0] * 1000 + steps[1],
    }
    found = {name: _coded(values) for name, values in found.items()}
    return found if alone else found | {"set": _coded(sets)}


def _coded(values: NDArray[Any]) -> Codes:
    codes: Codes = np.unique(values, return_inverse=True)[1].astype(np.int64).ravel()
    return codes
