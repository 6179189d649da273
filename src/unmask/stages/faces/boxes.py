"""Many overlapping candidate boxes in, one box for each face out; plain geometry on arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Places = NDArray[np.intp]

SAME_FACE = 0.4
"""Two boxes that share this much of what they cover together are one face."""
BLOCK = 32
"""So many boxes are compared with all others at once: few calls for one face, little memory for a crowd."""
PART_OF_FACE = 0.6
"""A box that lies this much inside a larger one found at a coarser scale is a piece of that face."""


@dataclass(frozen=True)
class Candidates:
    """Boxes [n, 4] (left, top, right, bottom) with a confidence [n] each."""

    boxes: Array = field(compare=False)
    confidence: Array = field(compare=False)

    def __len__(self) -> int:
        return len(self.confidence)

    def __add__(self, other: Candidates) -> Candidates:
        return Candidates(
            np.concatenate([self.boxes, other.boxes]),
            np.concatenate([self.confidence, other.confidence]),
        )

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Candidates:
        return Candidates(self.boxes[keep], self.confidence[keep])

    @property
    def sides(self) -> Array:
        """The longer side of every box."""
        sides: Array = (self.boxes[:, 2:] - self.boxes[:, :2]).max(axis=1, initial=0.0)
        return sides


NONE = Candidates(np.zeros((0, 4), np.float32), np.zeros(0, np.float32))


def overlap(one: Array, many: Array) -> tuple[Array, Array]:
    """Shared area of one box with many, as a share of the union and as a share of the smaller box."""
    room = np.minimum(one[2:], many[:, 2:]) - np.maximum(one[:2], many[:, :2])
    np.maximum(room, 0, out=room)
    shared = room[:, 0] * room[:, 1]
    area, areas = _area(one), _area(many)
    union = np.maximum(area + areas - shared, 1e-6)
    return shared / union, shared / np.maximum(np.minimum(area, areas), 1e-6)


def _area(boxes: Array) -> Array:
    area: Array = (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
    return area


def distinct(candidates: Candidates) -> Candidates:
    """Keeps the most confident box of each face, most confident first."""
    return candidates.where(_best(candidates.boxes, candidates.confidence))


def distinct_each(candidates: Candidates, place: Places, count: int) -> list[Candidates]:
    """The same for several squares at once; `place` says which of them each box was seen in."""
    reach = 2 * float(np.abs(candidates.boxes).max(initial=0.0)) + 1
    apart = candidates.boxes + (place * reach).astype(np.float32)[:, None]
    best = _best(apart, candidates.confidence)
    return [candidates.where(best[place[best] == square]) for square in range(count)]


def _best(boxes: Array, confidence: Array) -> Places:
    """Which boxes are the most confident ones of their faces, most confident first."""
    order = np.argsort(-confidence, kind="stable")
    boxes, keep = boxes[order], np.ones(len(order), dtype=bool)
    for start in range(0, len(order), BLOCK):
        some = start + np.flatnonzero(keep[start : start + BLOCK])
        same = _same_face(boxes[some], boxes)
        for row, index in zip(same, some, strict=True):
            if keep[index]:
                keep[index + 1 :] &= ~row[index + 1 :]
    return order[keep]


def _same_face(some: Array, many: Array) -> NDArray[np.bool_]:
    """For each of some boxes with which of many it shares too much: [some, many]."""
    room = np.minimum(some[:, None, 2:], many[:, 2:]) - np.maximum(some[:, None, :2], many[:, :2])
    np.maximum(room, 0, out=room)
    shared = room[..., 0] * room[..., 1]
    same: NDArray[np.bool_] = shared >= SAME_FACE * (_area(some)[:, None] + _area(many) - shared)
    return same


def without_pieces(fine: Candidates, coarse: Candidates) -> Candidates:
    """Drops boxes of a closer look that are only a piece of a face the wider look saw whole."""
    keep = np.ones(len(fine), dtype=bool)
    for index, box in enumerate(fine.boxes):
        union, smaller = overlap(box, coarse.boxes)
        larger = coarse.sides > fine.sides[index]
        keep[index] = not (larger & (smaller > PART_OF_FACE) & (union < SAME_FACE)).any()
    return fine.where(keep)
