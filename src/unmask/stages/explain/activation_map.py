"""Crop + activation map -> Heatmap: where the detector found what spoke for its answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unmask.pixels import resize_map
from unmask.types import Heatmap


def heatmap(activation_map: NDArray[np.float32], leans_fake: bool, size: int) -> Heatmap:
    """The evidence for the side the answer leans to, between 0 and 1; all zero where there is none."""
    evidence = activation_map if leans_fake else -activation_map
    smooth = np.maximum(resize_map(evidence, size, size), 0.0)
    peak = float(smooth.max())
    return (smooth / peak if peak > 0 else smooth).astype(np.float32)
