"""Crop + Heatmap -> Explanation: does hiding the hot region move the score more than hiding a cold one?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from unmask.pixels import resize
from unmask.types import Crop, Explanation, Heatmap, Score

ScoreCrops = Callable[[Sequence[Crop]], Sequence[Score]]

HIDDEN_SHARE = 0.2
LEAST_EFFECT = 0.25
"""In logits: below this the map points at nothing that matters, whatever the cold region does."""


def explain(
    crop: Crop, heatmap: Heatmap, score: Score, leans_fake: bool, score_crops: ScoreCrops
) -> Explanation:
    """Hides the hottest and the coldest fifth, scores both, and compares how far the answer fell."""
    hot, cold = _hottest(heatmap), _hottest(-heatmap)
    hidden = [Crop(_hide(crop, mask), crop.face) for mask in (hot, cold)]
    side = 1.0 if leans_fake else -1.0
    hot_effect, cold_effect = (side * (score.logit - s.logit) for s in score_crops(hidden))
    return Explanation(
        heatmap=heatmap,
        faithful=hot_effect > max(cold_effect, 0.0) + LEAST_EFFECT,
        hot_effect=hot_effect,
        cold_effect=cold_effect,
    )


def _hottest(values: Heatmap) -> NDArray[np.bool_]:
    """Exactly the same number of pixels, however many values are equal."""
    order = np.argsort(-values, axis=None, kind="stable")
    mask = np.zeros(values.size, dtype=bool)
    mask[order[: round(values.size * HIDDEN_SHARE)]] = True
    return mask.reshape(values.shape)


def _hide(crop: Crop, mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Replaces a region by its own blur: colours stay, detail goes."""
    height, width = mask.shape
    blurred = resize(resize(crop.pixels, 6, 6), width, height)
    return np.where(mask[..., None], blurred, crop.pixels)
