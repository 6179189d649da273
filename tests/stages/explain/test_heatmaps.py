"""Heat maps: where they are hot, and whether hiding that place matters."""

from __future__ import annotations

import numpy as np
import pytest

from unmask.stages.detectors.onnx_detector import OnnxDetector
from unmask.stages.explain.activation_map import heatmap
from unmask.stages.explain.faithfulness import explain
from unmask.types import Box, Crop, Face

FACE = Face(Box(0, 0, 32, 32), 0.9)


@pytest.fixture
def detector(tiny_detector):
    return OnnxDetector.open(tiny_detector)


def red_corner() -> Crop:
    pixels = np.full((32, 32, 3), 90, np.uint8)
    pixels[:16, :16, 0] = np.random.default_rng(5).integers(90, 255, (16, 16))
    pixels[:16, :16, 2] = 0
    return Crop(pixels, FACE)


def test_hot_where_the_evidence_is(detector):
    score = detector.score([red_corner()])[0]
    found = heatmap(score.activation_map, leans_fake=True, size=32)
    assert found.shape == (32, 32)
    assert found.min() >= 0
    assert found.max() == pytest.approx(1)
    assert found[:16, :16].mean() > 10 * found[16:, 16:].mean()


def test_no_evidence_no_heat():
    flat = heatmap(np.zeros((4, 4), np.float32), leans_fake=True, size=16)
    assert not flat.any()


def test_evidence_for_real_is_the_other_side():
    values = np.array([[-1.0, 1.0]], np.float32)
    assert heatmap(values, leans_fake=False, size=8)[0, 0] > 0.9
    assert heatmap(values, leans_fake=True, size=8)[0, 0] < 0.1


def _with_signal(where: tuple[slice, slice]) -> tuple:
    """A made detector that counts contrast in one place, and a map that may point elsewhere."""
    pixels = np.full((32, 32, 3), 100, np.uint8)
    pixels[where] = np.random.default_rng(6).integers(0, 256, pixels[where].shape)

    def score_crops(crops):
        from unmask.types import Score

        return [
            Score("made", float(c.pixels[where].std()) / 10, np.zeros((1, 1), np.float32))
            for c in crops
        ]

    return Crop(pixels, FACE), score_crops


def test_a_map_that_points_at_the_cause_is_faithful():
    where = (slice(0, 12), slice(0, 12))
    crop, score_crops = _with_signal(where)
    pointing = np.zeros((32, 32), np.float32)
    pointing[where] = 1
    told = explain(crop, pointing, score_crops([crop])[0], True, score_crops)
    assert told.faithful
    assert told.hot_effect > told.cold_effect


def test_a_map_that_points_elsewhere_is_not():
    crop, score_crops = _with_signal((slice(0, 12), slice(0, 12)))
    pointing = np.zeros((32, 32), np.float32)
    pointing[20:, 20:] = 1
    assert not explain(crop, pointing, score_crops([crop])[0], True, score_crops).faithful
