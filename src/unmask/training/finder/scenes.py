"""Pictures with boxes and pictures without faces in, composed scenes with boxes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from unmask.pixels import cut, resize
from unmask.stages.faces.looks import PAD
from unmask.training.finder.pictures import Picture
from unmask.training.finder.pieces import (
    Boxes,
    Piece,
    Rng,
    areas,
    beside,
    head_and_shoulders,
    mask,
    overlaps,
    paste,
    whole,
)
from unmask.training.finder.targets import SIZE
from unmask.types import Box, Pixels

ENLARGE = 2.0
"""Nothing is drawn larger than this many times its own size: mush teaches nothing."""
SMALLEST = 8.0
VISIBLE = 0.5
"""A face that shows less of itself than this is neither asked for nor forbidden."""


@dataclass(frozen=True)
class Scene:
    """One training picture: `boxes` must be found, what happens inside `doubtful` does not count."""

    pixels: Pixels = field(compare=False)
    boxes: Boxes = field(compare=False)
    doubtful: Boxes = field(compare=False)


class Composer:
    """Draws scenes; the same generator state gives the same scene."""

    def __init__(self, groups: Sequence[Sequence[Picture]], backgrounds: Sequence[Picture]) -> None:
        self._groups = [group for group in groups if len(group)]
        roots = np.sqrt([len(group) for group in self._groups])
        self._weights = roots / roots.sum()
        self._backgrounds = backgrounds
        self._kinds = (self._alone, self._close_up, self._mosaic, self._crowd, self._empty)
        self._shares = (0.34, 0.18, 0.11, 0.15, 0.22)

    def compose(self, rng: Rng) -> tuple[Pixels, Boxes]:
        """The picture inside its own frame, and all its boxes, uncut."""
        draw = rng.choice(len(self._kinds), p=self._shares)
        return self._kinds[draw](rng)

    def _picture(self, rng: Rng) -> Picture:
        """A set first, by the root of its size, then a picture: large sets do not drown small ones."""
        group = self._groups[rng.choice(len(self._groups), p=self._weights)]
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
        side = min(side, ENLARGE * span)
        view = max(width, height) * span / side
        middle = (face[:2] + face[2:]) / 2 + rng.uniform(-0.5, 0.5, 2) * abs(view - span * 0.7)
        scale = side / span
        corner = middle - np.array([width, height]) / 2 / scale
        return self._look(rng, picture, corner, scale, (width, height))

    def _alone(self, rng: Rng) -> tuple[Pixels, Boxes]:
        """One picture as it is delivered, or cut tightly around a face, often through it."""
        picture = self._picture(rng)
        tall, wide = picture.pixels.shape[:2]
        edges = np.array([0, 0, wide, tall], np.float32)
        if rng.random() < 0.45:
            face = picture.boxes[rng.integers(len(picture.boxes))]
            span = max(face[2] - face[0], face[3] - face[1])
            edges = face + span * rng.uniform(-0.15, 0.35, 4) * [-1, -1, 1, 1]
        elif rng.random() < 0.5:
            edges = edges + rng.uniform(0, 0.25, 4) * [wide, tall, -wide, -tall]
        edges = edges.clip(0, [wide, tall, wide, tall])
        longest = SIZE if rng.random() < 0.5 else int(rng.integers(72, SIZE + 1))
        scale = min(longest / max(edges[2] - edges[0], edges[3] - edges[1]), ENLARGE)
        width, height = (max(round(float(v) * scale), 8) for v in edges[2:] - edges[:2])
        pixels = resize(cut(picture.pixels, Box(*map(float, edges))), width, height)
        return pixels, ((picture.boxes - np.tile(edges[:2], 2)) * scale).astype(np.float32)

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

    def landscape(self, rng: Rng, width: int, height: int) -> Pixels:
        """One background, or a grid of up to nine: more to be wrong about in one scene."""
        columns, rows = (int(v) for v in rng.choice([1, 1, 2, 3], 2))
        canvas = self.background(rng, width, height).copy()
        w, h = width // columns, height // rows
        for index in range(columns * rows if columns * rows > 1 else 0):
            x, y = index % columns * w, index // columns * h
            canvas[y : y + h, x : x + w] = self.background(rng, w, h)
        return canvas

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
            piece = whole(self._picture(rng), w, h)
            boxes.append(paste(canvas, piece, x, y, None))
        return canvas, np.concatenate([*boxes, np.zeros((0, 4), np.float32)])

    def _crowd(self, rng: Rng) -> tuple[Pixels, Boxes]:
        width, height = _frame(rng)
        canvas = self.background(rng, width, height).copy()
        sides = (9.0, min(width, height) * 0.6)
        return canvas, self.populate(rng, canvas, int(rng.integers(1, 10)), sides)

    def populate(self, rng: Rng, canvas: Pixels, tries: int, sides: tuple[float, float]) -> Boxes:
        """Cuts faces of many sizes out with soft edges and sets them into the canvas, none over another."""
        height, width = canvas.shape[:2]
        taken = np.zeros((0, 4), np.float32)
        for _ in range(tries):
            side = float(np.exp(rng.uniform(*np.log(sides))))
            piece = head_and_shoulders(rng, self._picture(rng), side)
            h, w = piece.pixels.shape[:2]
            x, y = int(rng.integers(-w // 4, width)), int(rng.integers(-h // 4, height))
            place = np.array([[x, y, x + w, y + h]], np.float32)
            if not overlaps(place, taken):
                taken = np.concatenate([taken, paste(canvas, piece, x, y, mask(rng, h, w))])
        return taken

    def _empty(self, rng: Rng) -> tuple[Pixels, Boxes]:
        """No face: a background with pieces of other backgrounds and of what stands beside faces."""
        width, height = _frame(rng)
        canvas = self.landscape(rng, width, height)
        for _ in range(int(rng.integers(0, 6))):
            w, h = (int(v) for v in rng.integers(16, 140, 2))
            x, y = int(rng.integers(-w // 2, width)), int(rng.integers(-h // 2, height))
            patch = beside(rng, self._picture(rng)) if rng.random() < 0.7 else None
            pixels = self.background(rng, w, h) if patch is None else resize(patch, w, h)
            piece = Piece(pixels, np.zeros((0, 4), np.float32))
            paste(canvas, piece, x, y, mask(rng, h, w) if rng.random() < 0.5 else None)
        return canvas, np.zeros((0, 4), np.float32)


def settle(canvas: Pixels, boxes: Boxes, size: int) -> Scene:
    """Pads to the working square and sorts boxes into those to be found and those in doubt."""
    height, width = canvas.shape[:2]
    square = np.full((size, size, 3), PAD, dtype=np.uint8)
    square[:height, :width] = canvas
    seen = boxes.copy()
    seen[:, 0::2] = seen[:, 0::2].clip(0, width)
    seen[:, 1::2] = seen[:, 1::2].clip(0, height)
    whole, shown = areas(boxes), areas(seen)
    side = (seen[:, 2:] - seen[:, :2]).max(axis=1, initial=0)
    clear = (shown >= VISIBLE * whole) & (side >= SMALLEST)
    return Scene(square, seen[clear], seen[~clear & (shown > 0)])


def _frame(rng: Rng) -> tuple[int, int]:
    """The picture's own shape inside the working square: mostly full, of any aspect."""
    longest = SIZE if rng.random() < 0.7 else int(rng.integers(96, SIZE + 1))
    shortest = round(longest * (rng.uniform(0.55, 1.0) if rng.random() < 0.6 else 1.0))
    return (longest, shortest) if rng.random() < 0.5 else (shortest, longest)
