"""Reports of one and of many: JSON that is valid, CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import jsonschema
import pytest
from tests import sample_analyses
from tests.conftest import FixedFinder, encode, picture

from unmask import Analyzer
from unmask.apps.desk.result import Result, csv_report, json_report, look
from unmask.reports import schema
from unmask.types import Box, Failure, Outcome

WHEN = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


@pytest.fixture
def results() -> list[Result]:
    found = [Outcome(f"{n}.jpg", analysis=make()) for n, make in sample_analyses.ALL.items()]
    failed = Outcome("=cmd()|x.jpg", failure=Failure("corrupt_image", "It is cut off."))
    return [Result(outcome, WHEN) for outcome in [*found, failed]]


def test_json_of_one_is_an_analysis(results):
    data = json.loads(json_report(results[:1]))
    jsonschema.Draft202012Validator(schema.schema()).validate(data)


def test_json_of_many_is_a_list_in_order(results):
    data = json.loads(json_report(results))
    assert [item["name"] for item in data] == [r.name for r in results]
    assert data[-1]["failure"]["code"] == "corrupt_image"


def test_csv(results):
    rows = list(csv.DictReader(io.StringIO(csv_report(results))))
    assert [r["answer"] for r in rows] == [
        *("LIKELY FAKE", "AUTHENTIC", "INCONCLUSIVE", "INCONCLUSIVE", "NO ANSWER"),
    ]
    assert rows[-1]["picture"] == "'=cmd()|x.jpg"
    assert float(rows[0]["probability of fake"]) == 0.9731


def test_look_answers(tiny_detector):
    analyzer = Analyzer(tiny_detector, faces=FixedFinder(Box(8, 8, 56, 56)))
    found = look(analyzer, "a.png", encode(picture((200, 90, 60))))
    assert found.outcome.ok and found.picture.startswith(b"\xff\xd8")


def test_look_never_raises(tiny_detector):
    class Broken(FixedFinder):
        def find(self, image):
            raise RuntimeError("no")

    assert look(Analyzer(tiny_detector, faces=False), "a", b"").outcome.failure.code
    broken = look(Analyzer(tiny_detector, faces=Broken()), "a", encode(picture()))
    assert broken.outcome.failure.code == "fault"
