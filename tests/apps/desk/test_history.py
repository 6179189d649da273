"""The history: survives, opens again in full, clears for good, and keeps nothing it should not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from tests import sample_analyses

from unmask.apps.desk import history as module
from unmask.apps.desk.history import History, place
from unmask.apps.desk.result import Result, html_report, pdf_report
from unmask.reports import overlay
from unmask.types import Failure, Outcome

WHEN = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


def _result(name="fake") -> Result:
    picture = overlay.encode(sample_analyses.picture(), 90)
    return Result(Outcome(f"{name}.jpg", analysis=sample_analyses.ALL[name]()), WHEN, picture)


@pytest.fixture
def history(tmp_path) -> History:
    return History(tmp_path / "deep" / "history.sqlite")


def test_empty_and_unwritten_at_first(history):
    assert history.entries() == [] and history.on
    history.clear()
    assert not history.path.exists()


@pytest.mark.parametrize("name", sorted(sample_analyses.ALL))
def test_opens_again_after_a_restart(history, name):
    history.add(_result(name))
    again = History(history.path)
    entry = again.entries()[0]
    opened = again.open(entry.id)
    assert (entry.name, entry.at) == (f"{name}.jpg", WHEN)
    assert opened.outcome == _result(name).outcome
    assert html_report(opened).startswith("<!doctype html>")


def test_heat_maps_come_back(history):
    history.add(_result())
    heat = history.open(1).outcome.analysis.faces[0].explanation.heatmap
    assert np.abs(heat - sample_analyses.heat()).max() < 0.01


def test_a_pdf_can_be_made_from_it(history):
    pytest.importorskip("fpdf", reason="the PDF report needs the extra [pdf]")
    history.add(_result())
    assert pdf_report(history.open(1)).startswith(b"%PDF")


def test_newest_first_and_never_more_than_the_most(history, monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    for name in ("fake", "real", "no_face", "inconclusive", "fake"):
        history.add(_result(name))
    assert [e.name for e in history.entries()] == ["fake.jpg", "inconclusive.jpg", "no_face.jpg"]


def test_failures_are_not_kept(history):
    history.add(Result(Outcome("x.jpg", failure=Failure("corrupt_image", "Cut off.")), WHEN))
    assert history.entries() == []


def test_clearing_leaves_nothing_in_the_file(history):
    secret = replace(_result(), outcome=replace(_result().outcome, name="a-secret-name.jpg"))
    history.add(secret)
    assert b"a-secret-name" in history.path.read_bytes()
    history.clear()
    assert history.entries() == []
    assert b"a-secret-name" not in history.path.read_bytes()
    assert not list(history.path.parent.glob("*-journal")) + list(history.path.parent.glob("*-wal"))


def test_the_switch_survives(history):
    history.switch(False)
    assert not History(history.path).on
    history.switch(True)
    assert History(history.path).on


def test_only_the_owner_may_read_it(history):
    history.add(_result())
    assert history.path.stat().st_mode & 0o077 == 0


def test_unknown_entry(history):
    history.add(_result())
    assert history.open(99) is None


def test_place(tmp_path):
    assert place({"UNMASK_HISTORY": "/a/b.sqlite"}).as_posix() == "/a/b.sqlite"
    assert place({"XDG_DATA_HOME": str(tmp_path)}) == tmp_path / "unmask" / "history.sqlite"
