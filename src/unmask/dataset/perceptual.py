"""Pixels -> Look: a 64-bit and a 256-bit hash of the large shapes, near each other for pictures that look alike."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from unmask.pixels import resize
from unmask.types import Pixels

SIDE = 32
GREY = np.array([0.299, 0.587, 0.114])
FLAT = 0.5
"""A wave this weak is rounding: an even surface then has no bits at all, instead of random ones."""


class Look(NamedTuple):
    """`coarse` finds candidates, `fine` confirms them: aligned portraits agree in their coarse shapes alone."""

    coarse: int
    fine: bytes


def _cosines() -> NDArray[np.float64]:
    """Rows of the discrete cosine transform, lowest frequency first."""
    steps = np.arange(SIDE)
    return np.cos(np.pi * steps[:, None] * (steps + 0.5) / SIDE)


def _lowest(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of the lowest frequencies but the mean, which tells brightness and nothing else."""
    down, across = np.divmod(np.arange(SIDE * SIDE), SIDE)
    order = np.lexsort((down, np.maximum(down, across), down + across))[1 : count + 1]
    return down[order], across[order]


_COSINES = _cosines()
_COARSE, _FINE = _lowest(64), _lowest(256)

# Mirroring a picture turns the sign of every wave with an odd number of half turns across.
_ODD_COARSE, _ODD_FINE = (np.packbits(across % 2 == 1) for _, across in (_COARSE, _FINE))
MIRROR_COARSE = np.uint64(int.from_bytes(_ODD_COARSE.tobytes(), "big"))
MIRROR_FINE: NDArray[np.uint8] = _ODD_FINE
"""Bits to turn in a look to get that of the mirrored picture."""


def look(pixels: Pixels) -> Look:
    """Signs of the lowest frequencies: saving again, scaling and light changes flip few of them."""
    grey = resize(pixels, SIDE, SIDE) @ GREY
    waves = _COSINES @ grey @ _COSINES.T
    coarse = np.packbits(waves[_COARSE] > FLAT).tobytes()
    return Look(int.from_bytes(coarse, "big"), np.packbits(waves[_FINE] > FLAT).tobytes())
