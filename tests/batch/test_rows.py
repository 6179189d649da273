"""Outcome -> row: both forms tell the same, and the columns are those that are promised."""

from __future__ import annotations

import pytest
from tests import sample_analyses

from unmask.batch.rows import COLUMNS, flat, label_or_error, whole
from unmask.types import Failure, Outcome

FAILED = Outcome("bad.jpg", failure=Failure("corrupt_image", "It is cut off."))


@pytest.mark.parametrize("make", sample_analyses.ALL.values(), ids=sample_analyses.ALL)
def test_both_forms_tell_the_same_label(make):
    outcome = Outcome("a.jpg", analysis=make())
    expected = (str(outcome.analysis.verdict.label), None)
    assert label_or_error(flat(outcome)) == label_or_error(whole(outcome)) == expected


def test_a_failure_in_both_forms():
    for form in (flat, whole):
        assert label_or_error(form(FAILED)) == (None, "corrupt_image")
    assert flat(FAILED) == {
        "name": "bad.jpg",
        "error": "corrupt_image",
        "message": "It is cut off.",
    }


@pytest.mark.parametrize("make", sample_analyses.ALL.values(), ids=sample_analyses.ALL)
def test_the_columns_are_those_promised(make):
    row = flat(Outcome("a.jpg", analysis=make()))
    assert set(row) == set(COLUMNS) - {"error", "message"}
    for column, value in row.items():
        assert value is None or isinstance(value, COLUMNS[column]), column
