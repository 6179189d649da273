"""A batch -> one picture of what the network sees, real faces framed blue and fakes orange."""

from __future__ import annotations

import numpy as np
from PIL import Image

from unmask.training.batches import Batch
from unmask.types import Pixels

COLUMNS, EDGE = 8, 3
REAL, FAKE = np.array([0, 114, 178]), np.array([213, 94, 0])


def contact_sheet(batch: Batch) -> Pixels:
    """Mixed pictures get the colour between the two, as their target lies between them."""
    tiles = [_framed(image, t) for image, t in zip(batch.images, batch.targets, strict=True)]
    side = tiles[0].shape[0]
    tiles += [np.full((side, side, 3), 255, np.uint8)] * (-len(tiles) % COLUMNS)
    rows = [np.concatenate(tiles[i : i + COLUMNS], 1) for i in range(0, len(tiles), COLUMNS)]
    return np.concatenate(rows, 0)


def save_sheet(batch: Batch, path: str) -> None:
    Image.fromarray(contact_sheet(batch)).save(path)


def _framed(image: Pixels, target: float) -> Pixels:
    side = image.shape[0] + 2 * EDGE
    tile = np.empty((side, side, 3), np.uint8)
    tile[:] = REAL * (1 - target) + FAKE * target
    tile[EDGE:-EDGE, EDGE:-EDGE] = image
    return tile
