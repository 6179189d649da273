"""What is written comes back the same; what is missing or foreign is said."""

from __future__ import annotations

import json

import numpy as np
import pytest

from unmask.errors import ConfigError
from unmask.evaluation.storage import FILE, SCORES, read_evaluation, read_scores, write_evaluation


def test_an_evaluation_comes_back_the_same(measurement, tmp_path):
    write_evaluation(tmp_path, measurement.result, measurement.scored)
    assert read_evaluation(tmp_path) == measurement.result


def test_scores_come_back_exactly(measurement, tmp_path):
    write_evaluation(tmp_path, measurement.result, measurement.scored)
    scores = read_scores(tmp_path)
    assert [s.path for s in scores] == [s.entry.path for s in measurement.scored]
    said = [s.answer.probability for s in measurement.scored]
    np.testing.assert_allclose([s.probability for s in scores], said, rtol=1e-8)
    assert [s.fake for s in scores] == [s.fake for s in measurement.scored]


def test_it_is_found_inside_a_runs_folder(measurement, tmp_path):
    write_evaluation(tmp_path / "run" / "evaluation", measurement.result, measurement.scored)
    assert read_evaluation(tmp_path / "run") == measurement.result
    assert len(read_scores(tmp_path / "run")) == len(measurement.scored)


def test_none_or_several_are_refused(measurement, tmp_path):
    with pytest.raises(ConfigError, match="holds 0 files"):
        read_evaluation(tmp_path)
    for name in ("a", "b"):
        write_evaluation(tmp_path / name, measurement.result, measurement.scored)
    with pytest.raises(ConfigError, match="holds 2 files"):
        read_evaluation(tmp_path)


@pytest.mark.parametrize("change", [{"schema": 99}, {"sets": 3}, {"unknown": 1}])
def test_foreign_files_are_refused(measurement, tmp_path, change):
    write_evaluation(tmp_path, measurement.result, measurement.scored)
    data = json.loads((tmp_path / FILE).read_text(encoding="utf-8")) | change
    (tmp_path / FILE).write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ConfigError, match="unmask evaluate"):
        read_evaluation(tmp_path)


def test_lost_scores_are_said(measurement, tmp_path):
    write_evaluation(tmp_path, measurement.result, measurement.scored)
    (tmp_path / SCORES).unlink()
    with pytest.raises(ConfigError, match="missing"):
        read_scores(tmp_path)
