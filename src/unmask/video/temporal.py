"""Sightings of one face -> what happens between neighbouring frames, and a smooth curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from unmask.types import Box
from unmask.video.clip import Sighting, Temporal

NEAR = 0.2
"""Seconds between two sightings that count as neighbours."""
WINDOW = 5
"""Sightings under the sliding median."""


def consistency(sightings: Sequence[Sighting]) -> Temporal:
    """How much score, box and appearance move between neighbours: fakes made frame by frame flicker."""
    near = [(a, b) for a, b in pairwise(sightings) if b.time - a.time <= NEAR]
    if not near:
        return Temporal(0, None, None, None)
    return Temporal(
        pairs=len(near),
        score=median(
            abs(log_odds(a.fake_probability) - log_odds(b.fake_probability)) for a, b in near
        ),
        box=median(_moved(a.face.box, b.face.box) for a, b in near),
        appearance=median(1 - b.likeness for _, b in near if b.likeness is not None),
    )


def smooth(sightings: Sequence[Sighting]) -> tuple[float, ...]:
    """The median of each sighting and those around it: one odd frame leaves no trace."""
    values, half = [s.fake_probability for s in sightings], WINDOW // 2
    return tuple(
        median(values[max(index - half, 0) : index + half + 1]) for index in range(len(values))
    )


def log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _moved(one: Box, other: Box) -> float:
    """The largest way of a corner, in widths of the face: trembling and breathing boxes both show."""
    ways = (
        one.left - other.left,
        one.top - other.top,
        one.right - other.right,
        one.bottom - other.bottom,
    )
    return max(map(abs, ways)) / max(one.width, one.height, 1e-6)
