"""The matrix has a cell for every detector and set, marks what was trained on, and comes back from its file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unmask.errors import ConfigError
from unmask.evaluation.cross import matrix, matrix_table, read_matrix, unseen_table, write_matrix


@pytest.fixture(scope="module")
def result(measurement):
    """The second row has it all backwards."""
    wrong = [
        replace(s, answer=replace(s.answer, probability=1 - s.answer.probability))
        for s in measurement.scored
    ]
    scored = {"mixed": measurement.scored, "makers": wrong}
    return matrix(scored, {"mixed": ("mixed",), "makers": ("makers", "people")}, 50)


def test_cells_are_the_evaluations_figures(result, measurement):
    sections = {s.name: s for s in measurement.result.sets}
    for name in ("mixed", "makers"):
        got = result.at("mixed", name).figures["roc_auc"].value
        assert got == sections[name].figures["roc_auc"].value
        assert result.at("makers", name).figures["roc_auc"].value == pytest.approx(1 - got)
    assert "roc_auc" not in result.at("mixed", "people").figures


def test_seen_sets_are_bold(result):
    assert result.at("mixed", "mixed").seen and not result.at("mixed", "makers").seen
    first = matrix_table(result).splitlines()[2]
    assert first.count("**") == 2 and first.startswith("| mixed | ")


def test_what_was_left_out_is_told_beside_the_rows_that_saw_it(measurement):
    rows = {"all but makers": measurement.scored, "mixed": measurement.scored}
    result = matrix(rows, {"all but makers": ("mixed",), "mixed": ("mixed", "makers")}, 50)
    auc = result.at("mixed", "makers").figures["roc_auc"].value
    head, _, line = unseen_table(result).splitlines()[2:]
    assert head.startswith("| left out | ")
    assert line.startswith(f"| makers | {auc:.3f} (") and f" | {auc:.3f} | " in line


def test_a_maker_that_was_left_out_has_a_column_of_its_own(measurement):
    (maker, *_) = sorted({s.entry.generator for s in measurement.scored} - {""})
    rows = {f"all but {maker}": measurement.scored, "all": measurement.scored}
    sets = tuple({s.entry.set for s in measurement.scored})
    result = matrix(rows, dict.fromkeys(rows, sets), 50)
    assert not result.at(f"all but {maker}", maker).seen and result.at("all", maker).seen
    assert maker in unseen_table(result)


def test_a_row_may_leave_out_several(measurement):
    (maker, *_) = sorted({s.entry.generator for s in measurement.scored} - {""})
    row = f"all but makers+{maker}"
    sets = tuple({s.entry.set for s in measurement.scored})
    result = matrix({row: measurement.scored}, {row: sets}, 50)
    assert not result.at(row, "makers").seen and not result.at(row, maker).seen
    assert result.at(row, "mixed").seen
    assert [line.split(" | ")[0] for line in unseen_table(result).splitlines()[4:]] == [
        "| makers",
        f"| {maker}",
    ]


def test_nothing_left_out_needs_no_table(result):
    assert unseen_table(result) == ""


def test_it_comes_back_from_its_file(result, tmp_path):
    assert read_matrix(write_matrix(tmp_path, result)) == result
    assert read_matrix(tmp_path) == result
    (tmp_path / "cross.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match="unmask cross"):
        read_matrix(tmp_path)


def test_a_missing_cell_is_said(result):
    with pytest.raises(ConfigError, match="'nobody'"):
        result.at("nobody", "mixed")
