"""A picture and a place in it in, a cut-out with its boxes out; and how to set one into a larger canvas."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from unmask.pixels import cut, resize
from unmask.training.finder.pictures import Picture
from unmask.types import Box, Pixels

Boxes = NDArray[np.float32]
Rng = np.random.Generator

PIECE_SHOWS = 0.5
"""A neighbour's face that a cut-out shows less of than this is not counted as a face in it."""


@dataclass(frozen=True)
class Piece:
    """A cut-out of a picture at its new size, with the boxes that belong to it, whole and uncut."""

    pixels: Pixels = field(compare=False)
    boxes: Boxes = field(compare=False)


def whole(picture: Picture, width: int, height: int) -> Piece:
    tall, wide = picture.pixels.shape[:2]
    scale = np.array([width / wide, height / tall] * 2, np.float32)
    return Piece(resize(picture.pixels, width, height), picture.boxes * scale)


def head_and_shoulders(rng: Rng, picture: Picture, side: float) -> Piece:
    """One face with some of what surrounds it, scaled to `side` pixels or a little less."""
    face = picture.boxes[rng.integers(len(picture.boxes))]
    span = float(max(face[2] - face[0], face[3] - face[1]))
    side = min(side, 1.5 * span)
    room = span * rng.uniform(0.15, 0.7, 4) * np.array([-1, -1, 1, 1])
    tall, wide = picture.pixels.shape[:2]
    left, top, right, bottom = np.clip(face + room, 0, [wide, tall, wide, tall])
    scale = side / span
    w, h = max(round((right - left) * scale), 4), max(round((bottom - top) * scale), 4)
    pixels = resize(cut(picture.pixels, Box(left, top, right, bottom)), w, h)
    boxes = (picture.boxes - np.array([left, top, left, top], np.float32)) * scale
    return Piece(pixels, boxes.astype(np.float32))


def shown(boxes: Boxes, width: int, height: int, mask: NDArray[np.float32] | None = None) -> Boxes:
    """What a cut-out, seen through its mask, shows of each face; without those it hardly shows."""
    seen = boxes.clip(0, np.array([width, height] * 2, np.float32))
    clear = areas(seen) if mask is None else areas(seen) * _let_through(mask, seen)
    return seen[clear >= PIECE_SHOWS * areas(boxes)]


def _let_through(mask: NDArray[np.float32], boxes: Boxes) -> Boxes:
    """The mean of the mask inside each box."""
    inside = [
        mask[top:bottom, left:right] for left, top, right, bottom in np.rint(boxes).astype(int)
    ]
    return np.array([part.mean() if part.size else 0.0 for part in inside], np.float32)


def areas(boxes: Boxes) -> Boxes:
    found: Boxes = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    return found


def beside(rng: Rng, picture: Picture) -> Pixels | None:
    """A piece of the picture that no known face touches, hair and shoulders included."""
    tall, wide = picture.pixels.shape[:2]
    for _ in range(4):
        w, h = rng.integers(wide // 8, wide // 2), rng.integers(tall // 8, tall // 2)
        x, y = rng.integers(wide - w + 1), rng.integers(tall - h + 1)
        place = np.array([[x, y, x + w, y + h]], np.float32)
        if not overlaps(place, picture.boxes):
            return picture.pixels[y : y + h, x : x + w]
    return None


def mask(rng: Rng, height: int, width: int) -> NDArray[np.float32] | None:
    """A soft ellipse, or nothing for a hard rectangle."""
    if rng.random() < 0.3:
        return None
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    power = rng.uniform(2, 6)
    distance = np.abs(x) ** power + np.abs(y) ** power
    return ((1.0 - distance) * rng.uniform(2, 8)).clip(0, 1)[..., None]


def overlaps(place: Boxes, others: Boxes) -> bool:
    low = np.maximum(place[:, :2], others[:, :2])
    high = np.minimum(place[:, 2:], others[:, 2:])
    return bool(((high - low).clip(0).prod(axis=1) > 0).any())


def paste(canvas: Pixels, piece: Piece, x: int, y: int, mask: NDArray[np.float32] | None) -> Boxes:
    """Sets the piece into the canvas in place; what hangs over the edge is lost."""
    height, width = canvas.shape[:2]
    h, w = piece.pixels.shape[:2]
    rows, columns = slice(max(-y, 0), min(h, height - y)), slice(max(-x, 0), min(w, width - x))
    spot = canvas[max(y, 0) : y + rows.stop, max(x, 0) : x + columns.stop]
    new = piece.pixels[rows, columns]
    if mask is None:
        spot[...] = new
    else:
        share = mask[rows, columns]
        spot[...] = np.rint(share * new + (1 - share) * spot).astype(np.uint8)
    return shown(piece.boxes, w, h, mask) + np.array([x, y, x, y], np.float32)
