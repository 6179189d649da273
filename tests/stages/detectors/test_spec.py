"""detector.json: the optional histogram of scores comes back as written, and anything odd is damage."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.stages.detectors.conftest import brightness_spec

from unmask.errors import DetectorDamaged
from unmask.stages.detectors.spec import BINS, FILE, ScoreHistogram, read_spec, write_spec

SPEC = brightness_spec("bright", "0" * 64)
REAL = (0.9, 0.1, *[0.0] * (BINS - 2))


def test_a_histogram_comes_back_as_it_was_written(tmp_path):
    spec = replace(SPEC, score_histogram=ScoreHistogram(REAL, REAL[::-1]))
    write_spec(tmp_path, spec)
    assert read_spec(tmp_path) == spec


def test_a_detector_from_before_there_were_histograms_has_none(tmp_path):
    write_spec(tmp_path, SPEC)
    data = json.loads((tmp_path / FILE).read_text())
    del data["score_histogram"]
    (tmp_path / FILE).write_text(json.dumps(data))
    assert read_spec(tmp_path) == SPEC
    assert SPEC.score_histogram is None


@pytest.mark.parametrize(
    "odd",
    [
        {"real": [1.0], "fake": list(REAL)},
        {"real": [0.5] * BINS, "fake": list(REAL)},
        {"real": [1.5, -0.5, *[0.0] * (BINS - 2)], "fake": list(REAL)},
        {"real": list(REAL)},
        {"real": list(REAL), "fake": list(REAL), "other": list(REAL)},
        [1, 2],
        "much",
        {},
    ],
    ids=[
        "too short",
        "too much",
        "below nothing",
        "one kind",
        "three kinds",
        "a list",
        "a word",
        "nothing",
    ],
)
def test_an_odd_histogram_is_damage(tmp_path, odd):
    write_spec(tmp_path, SPEC)
    data = json.loads((tmp_path / FILE).read_text())
    (tmp_path / FILE).write_text(json.dumps({**data, "score_histogram": odd}))
    with pytest.raises(DetectorDamaged):
        read_spec(tmp_path)
