"""Charts over several detectors are drawn, with all of them on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from unmask.evaluation.compare import comparison
from unmask.evaluation.cross import matrix
from unmask.evaluation.plots import contest
from unmask.evaluation.storage import write_evaluation

pytest.importorskip("matplotlib", reason="drawing is an extra")


def test_charts_are_drawn(measurement, tmp_path):
    for name, size in (("small", 2_000_000), ("large", 30_000_000)):
        measured = replace(measurement.result.measured, detector=name, model_bytes=size)
        write_evaluation(
            tmp_path / name, replace(measurement.result, measured=measured), measurement.scored
        )
    result = comparison([tmp_path / "small", tmp_path / "large"], 50)
    cells = matrix(
        {"mixed": measurement.scored, "all": measurement.scored},
        {"mixed": ("mixed",), "all": ()},
        50,
    )
    drawn = [
        contest.by_set(result, tmp_path / "sets.png"),
        contest.cost(result, tmp_path / "cost.png"),
        contest.heat(cells, tmp_path / "cross.png"),
    ]
    for path in drawn:
        assert (np.asarray(Image.open(path).convert("L")) < 200).mean() > 0.005
