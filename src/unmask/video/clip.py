"""The nouns of a video: what was seen when, one person's track, and the answer about the clip."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from unmask.types import (
    Box,
    DetectorRef,
    Explanation,
    Face,
    Pixels,
    Source,
    Stability,
    Verdict,
)


@dataclass(frozen=True)
class Sighting:
    """One face in one frame; `likeness` (at most 1) compares it with the sighting before."""

    time: float
    face: Face
    logits: tuple[float, ...]
    fake_probability: float
    likeness: float | None = None


@dataclass(frozen=True)
class Temporal:
    """Medians over `pairs` of neighbouring frames; None where no two were near enough.

    `score` in log odds, `box` in widths of the face, `appearance` as 1 - likeness.
    """

    pairs: int
    score: float | None
    box: float | None
    appearance: float | None


class Telling(StrEnum):
    """Why a frame is shown."""

    MOST_SUSPICIOUS = "most_suspicious"
    TYPICAL = "typical"
    LEAST_SUSPICIOUS = "least_suspicious"


@dataclass(frozen=True)
class Moment:
    """A frame worth showing, cut to the face as the detector saw it."""

    why: Telling
    time: float
    fake_probability: float
    pixels: Pixels = field(compare=False)
    explanation: Explanation


@dataclass(frozen=True)
class TrackResult:
    """One person through the clip; `smoothed` has one probability for each sighting."""

    number: int
    verdict: Verdict
    sightings: tuple[Sighting, ...]
    smoothed: tuple[float, ...]
    share_fake: float
    temporal: Temporal
    stability: Stability | None
    moments: tuple[Moment, ...]

    @property
    def first(self) -> float:
        return self.sightings[0].time

    @property
    def last(self) -> float:
        return self.sightings[-1].time

    def box_at(self, time: float, sampled: Sequence[float]) -> Box | None:
        """Where the face is; None where the nearest of the frames looked at did not show it."""
        at = bisect_left(sampled, time)
        around = sampled[max(at - 1, 0) : at + 1]
        found = {s.time: s.face.box for s in self.sightings if s.time in around}
        nearest = found.get(min(around, key=lambda t: abs(t - time)))
        if len(found) < 2 or nearest is None:
            return nearest
        before, after = around
        return _between(found[before], found[after], (time - before) / (after - before))

    def probability_at(self, time: float) -> float:
        """The smoothed probability of the nearest sighting."""
        pairs = zip(self.sightings, self.smoothed, strict=True)
        return min(pairs, key=lambda pair: abs(pair[0].time - time))[1]


@dataclass(frozen=True)
class VideoAnalysis:
    """The answer about one clip; `complete` is false where reading ended before the clip did."""

    source: Source
    width: int
    height: int
    seconds: float
    verdict: Verdict
    tracks: tuple[TrackResult, ...]
    detectors: tuple[DetectorRef, ...]
    sampled: tuple[float, ...]
    cuts: tuple[float, ...]
    complete: bool
    notes: tuple[str, ...] = ()


def _between(one: Box, other: Box, share: float) -> Box:
    pairs = (
        (one.left, other.left),
        (one.top, other.top),
        (one.right, other.right),
        (one.bottom, other.bottom),
    )
    return Box(*(a + (b - a) * share for a, b in pairs))
