"""Comparing draws the same pictures for all, so that a sure difference shows and none is made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unmask.errors import ConfigError
from unmask.evaluation.compare import comparison, comparison_table
from unmask.evaluation.storage import write_evaluation


def _write(folder, measurement, change=lambda s: s, **fields):
    result = replace(measurement.result, measured=replace(measurement.result.measured, **fields))
    scored = [
        replace(s, answer=replace(s.answer, probability=change(s))) for s in measurement.scored
    ]
    write_evaluation(folder, result, scored)
    return folder


def _same(s):
    return s.answer.probability


def test_the_same_scores_are_not_ahead(measurement, tmp_path):
    folders = [_write(tmp_path / n, measurement, _same, detector=n) for n in ("a", "b")]
    first, second = comparison(folders, 100).contestants
    assert first.ahead is None
    assert (second.ahead.low, second.ahead.value, second.ahead.high) == (0.0, 0.0, 0.0)
    assert first.mean_auc == second.mean_auc


def test_a_better_one_is_ahead_for_sure(measurement, tmp_path):
    folders = [
        _write(tmp_path / "guess", measurement, lambda s: 0.5, detector="guess"),
        _write(tmp_path / "tiny", measurement, _same),
    ]
    _, better = comparison(folders, 200).contestants
    assert better.ahead.low > 0.1


def test_the_mean_is_over_sets_with_fakes(measurement, tmp_path):
    (only,) = comparison([_write(tmp_path / "a", measurement, _same)], 50).contestants
    aucs = [s.figures["roc_auc"].value for s in measurement.result.sets if s.fake]
    assert only.mean_auc.value == pytest.approx(np.mean(aucs))


def test_other_pictures_cannot_be_compared(measurement, tmp_path):
    folders = [
        _write(tmp_path / "a", measurement, _same),
        _write(tmp_path / "b", measurement, _same, data_fingerprint="another"),
    ]
    with pytest.raises(ConfigError, match="different pictures"):
        comparison(folders)


def test_pictures_one_could_not_score_are_left_out_for_all(measurement, tmp_path):
    folders = [
        _write(tmp_path / "a", measurement, _same, detector="a"),
        _write(
            tmp_path / "b",
            measurement,
            lambda s: float("nan") if s.fake and s.entry.path.endswith("1.jpg") else _same(s),
            detector="b",
        ),
    ]
    first, second = comparison(folders, 50).contestants
    assert second.ahead.value == 0.0 and first.mean_auc == second.mean_auc


def test_the_table_names_all_and_tells_twins_apart(measurement, tmp_path):
    folders = [_write(tmp_path / n, measurement, _same) for n in ("left", "right")]
    text = comparison_table(comparison(folders, 50))
    assert "tiny 1.0.0 (left)" in text and "tiny 1.0.0 (right)" in text
    assert "people: real called fake" in text and "makers: ROC-AUC" in text
