"""Faces of frame after frame in, tracks out: the same person keeps a number, across cuts where boxes allow it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from unmask.pixels import resize
from unmask.types import Box, Pixels
from unmask.video.clip import Sighting
from unmask.video.look import Seen

Signature = NDArray[np.float32]

SIDE = 16
ALIKE = 0.6
"""Correlation of two small grey faces from which they may be one person in two shots."""
REACH, REACH_PER_SECOND, FURTHEST, REACH_OVER_CUTS = 1.0, 0.5, 2.0, 0.75
"""How far a face may have moved and grown, in widths of itself."""
KEPT = 4
MOST_TRACKS, TRACKS_LEFT = 96, 64
FORGET_AFTER = 20.0


@dataclass(frozen=True)
class Keepsake:
    """A sighting with its pixels."""

    sighting: Sighting
    pieces: tuple[Pixels, ...]


@dataclass
class Track:
    """Grows with each sighting; holds the pixels of a few, spread over time, and of the extremes."""

    number: int
    shot: int
    signature: Signature
    sightings: list[Sighting] = field(default_factory=list)
    spread: list[Keepsake] = field(default_factory=list)
    highest: Keepsake | None = None
    lowest: Keepsake | None = None
    stride: int = 1

    def add(self, sighting: Sighting, pieces: tuple[Pixels, ...]) -> None:
        self.sightings.append(sighting)
        kept = Keepsake(sighting, pieces)
        if (len(self.sightings) - 1) % self.stride == 0:
            self.spread.append(kept)
        if len(self.spread) > KEPT:
            self.spread, self.stride = self.spread[::2], self.stride * 2
        if self.highest is None or sighting.fake_probability > _chance(self.highest):
            self.highest = kept
        if self.lowest is None or sighting.fake_probability < _chance(self.lowest):
            self.lowest = kept

    @property
    def keepsakes(self) -> list[Keepsake]:
        return [k for k in (self.highest, self.lowest, *self.spread) if k is not None]


class Tracker:
    """`update` takes the faces of the next frame and tells the track of each."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self.forgotten = 0
        self._shot = self._numbers = 0

    def update(self, time: float, seen: Sequence[Seen], cut: bool = False) -> tuple[Track, ...]:
        self._shot += cut
        signatures = [signature(s.pieces[0]) for s in seen]
        found = self._matches(time, seen, signatures)
        for index, (face, mark) in enumerate(zip(seen, signatures, strict=True)):
            track = found.get(index) or self._new(mark)
            found[index] = track
            self._append(track, time, face, mark)
        self._forget(time)
        return tuple(found[index] for index in range(len(seen)))

    def _append(self, track: Track, time: float, face: Seen, mark: Signature) -> None:
        sighting = Sighting(time, face.face, face.logits, face.fake_probability)
        if track.sightings:
            sighting = replace(sighting, likeness=likeness(track.signature, mark))
        track.add(sighting, face.pieces)
        track.signature, track.shot = mark, self._shot

    def _matches(
        self, time: float, seen: Sequence[Seen], signatures: Sequence[Signature]
    ) -> dict[int, Track]:
        """The cheapest pair first; each face and each track once."""
        costs = sorted(
            (cost, index, position)
            for index, face in enumerate(seen)
            for position, track in enumerate(self.tracks)
            if (cost := self._cost(track, face, signatures[index], time)) is not None
        )
        found: dict[int, Track] = {}
        taken: set[int] = set()
        for _, index, position in costs:
            if index not in found and position not in taken:
                found[index] = self.tracks[position]
                taken.add(position)
        return found

    def _cost(self, track: Track, face: Seen, mark: Signature, time: float) -> float | None:
        last = track.sightings[-1]
        gap = time - last.time
        alike = likeness(track.signature, mark)
        far = distance(last.face.box, face.face.box)
        same_shot = track.shot == self._shot
        reach = _reach(gap, alike) if same_shot else REACH_OVER_CUTS
        if far > reach or (not same_shot and alike < ALIKE):
            return None
        return far + (1 - alike) / 2 + (0 if same_shot else 1)

    def _new(self, mark: Signature) -> Track:
        self._numbers += 1
        self.tracks.append(Track(self._numbers, self._shot, mark))
        return self.tracks[-1]

    def _forget(self, time: float) -> None:
        """Crowds must not fill the memory: the briefest of those long gone are let go."""
        if len(self.tracks) <= MOST_TRACKS:
            return
        gone = [t for t in self.tracks if time - t.sightings[-1].time > FORGET_AFTER]
        gone.sort(key=lambda t: len(t.sightings))
        let_go = {t.number for t in gone[: len(self.tracks) - TRACKS_LEFT]}
        self.forgotten += len(let_go)
        self.tracks = [t for t in self.tracks if t.number not in let_go]


def _reach(gap: float, alike: float) -> float:
    """A face that looks the same may have run."""
    return FURTHEST if alike >= ALIKE else min(REACH + REACH_PER_SECOND * gap, FURTHEST)


def distance(one: Box, other: Box) -> float:
    """Way between the centres in widths of the face, and how much larger one is than the other."""
    sizes = [max(b.width, b.height, 1e-6) for b in (one, other)]
    x = (one.left + one.right - other.left - other.right) / 2
    y = (one.top + one.bottom - other.top - other.bottom) / 2
    return math.hypot(x, y) / (sum(sizes) / 2) + abs(math.log(sizes[0] / sizes[1]))


def signature(piece: Pixels) -> Signature:
    """A small grey face of mean 0 and length 1; no identity: it is only compared within a clip."""
    edge = min(piece.shape[:2]) // 8  # what is behind a face changes from shot to shot
    inner = piece[edge : piece.shape[0] - edge, edge : piece.shape[1] - edge]
    grey = resize(inner, SIDE, SIDE).mean(axis=2, dtype=np.float32).ravel()
    grey -= grey.mean()
    return np.asarray(grey / max(float(np.linalg.norm(grey)), 1e-6), dtype=np.float32)


def likeness(one: Signature, other: Signature) -> float:
    """Correlation: 1 for the same picture in another light."""
    return float(one @ other)


def _chance(kept: Keepsake) -> float:
    return kept.sighting.fake_probability
