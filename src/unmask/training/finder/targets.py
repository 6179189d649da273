"""Face boxes in, what every cell of the network should say out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIZE = 256
"""The working size: every look at a picture is a square of so many pixels."""
STRIDES = (8, 16, 32)
"""Pixels from one cell to the next, for small, middling and large faces."""
REACH = {8: (8.0, 48.0), 16: (36.0, 112.0), 32: (88.0, 4096.0)}
"""Which face sizes a stride answers for (longest side in pixels); neighbours overlap."""
CORE, DOUBT = 0.15, 0.35
"""Cells this close to the middle (share of the face's longest side) must, or may, see the face."""

Cells = NDArray[np.float32]


def cell_centres(size: int = SIZE) -> tuple[Cells, Cells]:
    """Where each of the K cells lies, [K, 2] x and y in pixels, and its stride [K]."""
    places, strides = [], []
    for stride in STRIDES:
        line = (np.arange(size // stride, dtype=np.float32) + 0.5) * stride
        x, y = np.meshgrid(line, line)
        places.append(np.stack([x.ravel(), y.ravel()], axis=1))
        strides.append(np.full(x.size, stride, dtype=np.float32))
    return np.concatenate(places), np.concatenate(strides)


def encode(boxes: Cells, doubtful: Cells, size: int = SIZE) -> Cells:
    """Boxes [n, 4] -> [K, 6]: answer (0 or 1), weight (0 = do not care), distances to the four edges."""
    centres, strides = cell_centres(size)
    target = np.zeros((len(centres), 6), dtype=np.float32)
    target[:, 1] = 1.0
    for box in doubtful:
        target[_within(centres, box), 1] = 0.0
    order = np.argsort([-max(b[2] - b[0], b[3] - b[1]) for b in boxes]) if len(boxes) else []
    for index in order:
        _mark(target, boxes[index], centres, strides)
    return target


def _mark(target: Cells, box: Cells, centres: Cells, strides: Cells) -> None:
    """Smaller faces come later and take the cells they share with larger ones."""
    side = max(box[2] - box[0], box[3] - box[1])
    low = np.array([REACH[int(s)][0] for s in STRIDES], dtype=np.float32)
    high = np.array([REACH[int(s)][1] for s in STRIDES], dtype=np.float32)
    level = np.searchsorted(np.array(STRIDES), strides)
    serves = (side >= low[level]) & (side < high[level])
    away = np.abs(centres - (box[:2] + box[2:]) / 2).max(axis=1)
    doubt = serves & (away <= np.maximum(strides, DOUBT * side)) & (target[:, 0] == 0)
    target[doubt, 1] = 0.0
    sees = serves & (away <= np.maximum(0.75 * strides, CORE * side)) & _within(centres, box)
    target[sees, :2] = 1.0
    target[sees, 2:4] = centres[sees] - box[:2]
    target[sees, 4:6] = box[2:] - centres[sees]


def _within(centres: Cells, box: Cells) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = ((centres > box[:2]) & (centres < box[2:])).all(axis=1)
    return inside
