"""Samples to prove metrics on: with ties, with weights, with pictures that got no score."""

from __future__ import annotations

import numpy as np
import pytest

from unmask.evaluation.sample import Sample


def make_sample(seed: int, count: int = 400, unscored: int = 0) -> Sample:
    """Rounded to two places, so that many pictures share a score."""
    rng = np.random.default_rng(seed)
    fake = rng.random(count) < 0.4
    probability = np.clip(rng.normal(0.35 + 0.3 * fake, 0.2), 0.01, 0.99).round(2)
    verdict = np.where(probability > 0.7, 1, np.where(probability < 0.3, 0, -1)).astype(np.int8)
    probability[:unscored] = np.nan
    verdict[:unscored] = -1
    return Sample(fake, probability, verdict, np.arange(count))


@pytest.fixture(params=range(5))
def sample(request) -> Sample:
    return make_sample(request.param)


@pytest.fixture
def weighted(sample) -> Sample:
    """Each picture drawn 0 to 3 times, in three different ways."""
    rng = np.random.default_rng(7)
    return sample.reweighted(rng.integers(0, 4, (3, len(sample))).astype(float))
