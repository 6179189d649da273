"""A detector calibrated again: what its description keeps of the faces it was measured on."""

from __future__ import annotations

import numpy as np
import pytest
from tests.stages.detectors.conftest import brightness_spec

from unmask.evaluation.calibration import LabelledLogits
from unmask.evaluation.operating_points import USUAL
from unmask.evaluation.recalibration import recalibrate, score_histogram
from unmask.stages.detectors.spec import BINS


def test_shares_are_counted_by_hand():
    said = np.array([0.0, 0.049, 0.05, 0.97, 1.0, 0.52])
    fake = np.array([False, False, False, False, True, True])
    found = score_histogram(said, fake, np.array([1, 1, 1, 1, 3, 1.0]))
    assert (found.real[0], found.real[1], found.real[19]) == (0.5, 0.25, 0.25)
    assert (found.fake[10], found.fake[19]) == (0.25, 0.75)
    assert sum(found.real) == sum(found.fake) == 1


def test_the_histogram_is_that_of_the_new_calibration_and_its_weights():
    rng = np.random.default_rng(5)
    fake = np.arange(400) % 2 == 1
    logits = rng.normal(0, 1, 400) + np.where(fake, 2.0, -2.0)
    sets = ["large" if n < 300 else "small" for n in range(400)]
    faces = LabelledLogits.of(logits, fake, sets)
    spec = recalibrate(brightness_spec("bright", "0" * 64), faces, "made up", USUAL).spec
    weights = faces.weights(USUAL.balance_sets)
    said = [spec.calibration.probability(float(x)) for x in logits]
    for kind, shares in ((fake, spec.score_histogram.fake), (~fake, spec.score_histogram.real)):
        expected = np.zeros(BINS)
        for probability, weight in zip(np.array(said)[kind], weights[kind], strict=True):
            expected[min(int(probability * BINS), BINS - 1)] += weight
        assert shares == pytest.approx(expected / weights[kind].sum(), abs=1e-6)
