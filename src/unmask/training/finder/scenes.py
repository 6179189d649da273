"""Pictures with boxes and pictures without faces in, composed scenes with boxes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from unmask.pixels import cut, resize
from unmask.training.finder.network import SIZE
from unmask.training.finder.pictures import Picture
from unmask.types import Box, Pixels

PAD = 128
"""What fills the working square beside a picture; the same in training and serving."""
SMALLEST = 8.0
VISIBLE = 0.5
"""A face that shows less of itself than this is neither asked for nor forbidden."""

Boxes = NDArray[np.float32]
Rng = np.random.Generator


@dataclass(frozen=True)
class Scene:
    """One training picture: `boxes` must be found, what happens inside `doubtful` does not count."""

    pixels: Pixels = field(compare=False)
    boxes: Boxes = field(compare=False)
    doubtful: Boxes = field(compare=False)


@dataclass(frozen=True)
class Piece:
    """A cut-out of a picture at its new size, with the boxes that belong to it, whole and uncut."""

    pixels: Pixels = field(compare=False)
    boxes: Boxes = field(compare=False)


class Composer:
    """Draws scenes; the same generator state gives the same scene."""

    def __init__(self, groups: Sequence[Sequence[Picture]], backgrounds: Sequence[Picture]) -> None:
        self._groups = [group for group in groups if len(group)]
        self._backgrounds = backgrounds

    def compose(self, rng: Rng) -> tuple[Pixels, Boxes]:
        """The picture inside its own frame, and all its boxes, uncut."""
        kind = rng.random()
        if kind < 0.45:
            return self._close_up(rng)
        if kind < 0.62:
            return self._mosaic(rng)
        if kind < 0.85:
            return self._crowd(rng)
        return self._empty(rng)

    def _picture(self, rng: Rng) -> Picture:
        """A set first, then a picture: large sets do not drown small ones."""
        group = self._groups[rng.integers(len(self._groups))]
        return group[rng.integers(len(group))]

    def background(self, rng: Rng, width: int, height: int) -> Pixels:
        """A piece of a picture without faces, turned and mirrored at will."""
        pixels = self._backgrounds[rng.integers(len(self._backgrounds))].pixels
        tall, wide = pixels.shape[:2]
        share = np.exp(rng.uniform(np.log(0.25), 0.0))
        side_w, side_h = max(int(wide * share), 8), max(int(tall * share), 8)
        left, top = rng.integers(wide - side_w + 1), rng.integers(tall - side_h + 1)
        piece = pixels[top : top + side_h, left : left + side_w]
        if rng.random() < 0.25:
            piece = np.rot90(piece, int(rng.integers(1, 4)))
        if rng.random() < 0.5:
            piece = piece[:, ::-1]
        return resize(np.ascontiguousarray(piece), width, height)

    def _close_up(self, rng: Rng) -> tuple[Pixels, Boxes]:
        """One picture seen so that a face is anything from small to larger than the frame."""
        width, height = _frame(rng)
        picture = self._picture(rng)
        face = picture.boxes[rng.integers(len(picture.boxes))]
        span = max(face[2] - face[0], face[3] - face[1])
        side = min(width, height) * np.exp(rng.uniform(np.log(0.12), np.log(1.35)))
        view = max(width, height) * span / side
        middle = (face[:2] + face[2:]) / 2 + rng.uniform(-0.5, 0.5, 2) * abs(view - span * 0.7)
        scale = side / span
        corner = middle - np.array([width, height]) / 2 / scale
        return self._look(rng, picture, corner, scale, (width, height))

    def _look(
        self, rng: Rng, picture: Picture, corner: Boxes, scale: float, frame: tuple[int, int]
    ) -> tuple[Pixels, Boxes]:
        width, height = frame
        tall, wide = picture.pixels.shape[:2]
        left, top = max(corner[0], 0.0), max(corner[1], 0.0)
        right = min(corner[0] + width / scale, wide)
        bottom = min(corner[1] + height / scale, tall)
        canvas = self._surround(rng, width, height)
        x, y = round((left - corner[0]) * scale), round((top - corner[1]) * scale)
        w, h = round((right - left) * scale), round((bottom - top) * scale)
        if w >= 8 and h >= 8:
            piece = resize(cut(picture.pixels, Box(left, top, right, bottom)), w, h)
            piece = piece[: height - y, : width - x]
            canvas[y : y + piece.shape[0], x : x + piece.shape[1]] = piece
        return canvas, (picture.boxes - np.tile(corner, 2)) * scale

    def _surround(self, rng: Rng, width: int, height: int) -> Pixels:
        if rng.random() < 0.6:
            return self.background(rng, width, height).copy()
        return np.full((height, width, 3), rng.integers(0, 256, 3), dtype=np.uint8)

    def _mosaic(self, rng: Rng) -> tuple[Pixels, Boxes]:
        """A grid of whole pictures, some of them without faces."""
        width, height = _frame(rng)
        columns = int(rng.integers(1, 5))
        w = width // columns
        h = min(round(w * rng.uniform(0.8, 1.3)), height)
        rows = height // h
        canvas, boxes = self._surround(rng, width, height), []
        for index in range(columns * rows):
            x, y = index % columns * w, index // columns * h
            if rng.random() < 0.2:
                canvas[y : y + h, x : x + w] = self.background(rng, w, h)
                continue
            piece = _whole(self._picture(rng), w, h)
            boxes.append(_paste(canvas, piece, x, y, None))
        return canvas, np.concatenate([*boxes, np.zeros((0, 4), np.float32)])

    def _crowd(self, rng: Rng) -> tuple[Pixels, Boxes]:
        """Faces of many sizes cut out with soft edges and set before a background."""
        width, height = _frame(rng)
        canvas = self.background(rng, width, height).copy()
        taken = np.zeros((0, 4), np.float32)
        for _ in range(int(rng.integers(1, 10))):
            side = float(np.exp(rng.uniform(np.log(9), np.log(min(width, height) * 0.6))))
            piece = _head_and_shoulders(rng, self._picture(rng), side)
            h, w = piece.pixels.shape[:2]
            x, y = int(rng.integers(-w // 4, width)), int(rng.integers(-h // 4, height))
            place = np.array([[x, y, x + w, y + h]], np.float32)
            if not _overlaps(place, taken):
                taken = np.concatenate([taken, _paste(canvas, piece, x, y, _mask(rng, h, w))])
        return canvas, taken

    def _empty(self, rng: Rng) -> tuple[Pixels, Boxes]:
        """No face: a background with pieces of other backgrounds and of what stands beside faces."""
        width, height = _frame(rng)
        canvas = self.background(rng, width, height).copy()
        for _ in range(int(rng.integers(0, 6))):
            w, h = (int(v) for v in rng.integers(16, 140, 2))
            x, y = int(rng.integers(-w // 2, width)), int(rng.integers(-h // 2, height))
            beside = _beside(rng, self._picture(rng)) if rng.random() < 0.7 else None
            pixels = self.background(rng, w, h) if beside is None else resize(beside, w, h)
            piece = Piece(pixels, np.zeros((0, 4), np.float32))
            _paste(canvas, piece, x, y, _mask(rng, h, w) if rng.random() < 0.5 else None)
        return canvas, np.zeros((0, 4), np.float32)


def settle(canvas: Pixels, boxes: Boxes, size: int) -> Scene:
    """Pads to the working square and sorts boxes into those to be found and those in doubt."""
    height, width = canvas.shape[:2]
    square = np.full((size, size, 3), PAD, dtype=np.uint8)
    square[:height, :width] = canvas
    seen = boxes.copy()
    seen[:, 0::2] = seen[:, 0::2].clip(0, width)
    seen[:, 1::2] = seen[:, 1::2].clip(0, height)
    whole, shown = _areas(boxes), _areas(seen)
    side = (seen[:, 2:] - seen[:, :2]).max(axis=1, initial=0)
    clear = (shown >= VISIBLE * whole) & (side >= SMALLEST)
    return Scene(square, seen[clear], seen[~clear & (shown > 0)])


def _areas(boxes: Boxes) -> Boxes:
    areas: Boxes = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return areas


def _frame(rng: Rng) -> tuple[int, int]:
    """The picture's own shape inside the working square: mostly full, of any aspect."""
    longest = SIZE if rng.random() < 0.7 else int(rng.integers(96, SIZE + 1))
    shortest = round(longest * (rng.uniform(0.55, 1.0) if rng.random() < 0.6 else 1.0))
    return (longest, shortest) if rng.random() < 0.5 else (shortest, longest)


def _whole(picture: Picture, width: int, height: int) -> Piece:
    tall, wide = picture.pixels.shape[:2]
    scale = np.array([width / wide, height / tall] * 2, np.float32)
    return Piece(resize(picture.pixels, width, height), picture.boxes * scale)


def _head_and_shoulders(rng: Rng, picture: Picture, side: float) -> Piece:
    """One face with some of what surrounds it, scaled to `side` pixels."""
    face = picture.boxes[rng.integers(len(picture.boxes))]
    span = float(max(face[2] - face[0], face[3] - face[1]))
    room = span * rng.uniform(0.15, 0.7, 4) * np.array([-1, -1, 1, 1])
    tall, wide = picture.pixels.shape[:2]
    left, top, right, bottom = np.clip(face + room, 0, [wide, tall, wide, tall])
    scale = side / span
    w, h = max(round((right - left) * scale), 4), max(round((bottom - top) * scale), 4)
    pixels = resize(cut(picture.pixels, Box(left, top, right, bottom)), w, h)
    boxes = (picture.boxes - np.array([left, top, left, top], np.float32)) * scale
    touching = (boxes[:, :2] < [w, h]).all(axis=1) & (boxes[:, 2:] > 0).all(axis=1)
    return Piece(pixels, boxes[touching].astype(np.float32))


def _beside(rng: Rng, picture: Picture) -> Pixels | None:
    """A piece of the picture that no known face touches, hair and shoulders included."""
    tall, wide = picture.pixels.shape[:2]
    for _ in range(4):
        w, h = rng.integers(wide // 8, wide // 2), rng.integers(tall // 8, tall // 2)
        x, y = rng.integers(wide - w + 1), rng.integers(tall - h + 1)
        place = np.array([[x, y, x + w, y + h]], np.float32)
        if not _overlaps(place, picture.boxes):
            return picture.pixels[y : y + h, x : x + w]
    return None


def _mask(rng: Rng, height: int, width: int) -> NDArray[np.float32] | None:
    """A soft ellipse, or nothing for a hard rectangle."""
    if rng.random() < 0.3:
        return None
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    power = rng.uniform(2, 6)
    distance = np.abs(x) ** power + np.abs(y) ** power
    return ((1.0 - distance) * rng.uniform(2, 8)).clip(0, 1)[..., None]


def _overlaps(place: Boxes, others: Boxes) -> bool:
    low = np.maximum(place[:, :2], others[:, :2])
    high = np.minimum(place[:, 2:], others[:, 2:])
    return bool(((high - low).clip(0).prod(axis=1) > 0).any())


def _paste(canvas: Pixels, piece: Piece, x: int, y: int, mask: NDArray[np.float32] | None) -> Boxes:
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
    return piece.boxes + np.array([x, y, x, y], np.float32)
