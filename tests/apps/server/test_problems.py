"""One table of statuses: every code of errors.py is in it, and client faults are 4xx."""

from __future__ import annotations

import pytest

from unmask import errors
from unmask.apps.server.problems import TABLE, Problem, from_error


def family(kind):
    return [kind, *(k for child in kind.__subclasses__() for k in family(child))]


@pytest.mark.parametrize("kind", family(errors.UnmaskError), ids=lambda k: k.__name__)
def test_every_code_has_a_status(kind):
    status, title = TABLE[kind.code]
    assert title
    assert 400 <= status < 500 if issubclass(kind, errors.InputError) else 400 <= status < 600


def test_what_a_server_fault_says_stays_inside():
    problem = from_error(errors.DetectorDamaged("/home/me/detectors/x is damaged"))
    assert problem.status == 500
    assert "/home" not in problem.detail


def test_what_a_client_can_mend_is_said():
    assert from_error(errors.TooLarge("9 bytes, at most 8")).detail == "9 bytes, at most 8"


def test_retry_after_is_a_whole_number_of_at_least_one_second():
    for seconds, said in ((0.01, "1"), (1.2, "2"), (30, "30")):
        found = Problem("overloaded", "x", retry_after=seconds).headers["Retry-After"]
        assert found == said
