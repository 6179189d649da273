"""Quantisation table -> the quality setting it was most likely written with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# The example luminance table of the JPEG standard (ITU-T T.81, table K.1), in reading order;
# libjpeg and most programs scale it.
_EXAMPLE = np.array(
    [
        (16, 11, 10, 16, 24, 40, 51, 61),
        (12, 12, 14, 19, 26, 58, 60, 55),
        (14, 13, 16, 24, 40, 57, 69, 56),
        (14, 17, 22, 29, 51, 87, 80, 62),
        (18, 22, 37, 56, 68, 109, 103, 77),
        (24, 35, 55, 64, 81, 104, 113, 92),
        (49, 64, 78, 87, 103, 121, 120, 101),
        (72, 92, 95, 98, 112, 100, 103, 99),
    ]
).ravel()


def _scaled() -> NDArray[np.int64]:
    """The table at each quality from 1 to 100, by libjpeg's rule."""
    quality = np.arange(1, 101)
    percent = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)
    tables: NDArray[np.int64] = np.clip((percent[:, None] * _EXAMPLE + 50) // 100, 1, 255)
    return tables


_TABLES = _scaled()


def quality_of(table: Sequence[int]) -> int:
    """The quality from 1 to 100 whose table lies nearest; other programs' tables get their like."""
    distance = np.abs(_TABLES - np.asarray(table)).sum(axis=1)
    return int(np.argmin(distance)) + 1
