"""Workers die, hang and come back; every name is answered exactly once."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from tests.batch import tasks

from unmask.batch.workers import Pool
from unmask.errors import InferenceFailed


def _run(start, names, count=2, patience=60.0):
    with Pool(start, tasks.lost, count, patience) as pool:
        return list(pool.run(names))


def test_every_name_is_answered_once_by_several_processes():
    names = [f"n{i}" for i in range(200)]
    rows = _run(tasks.echo, names)
    assert Counter(row["name"] for row in rows) == Counter(names)
    assert len({row["worker"] for row in rows}) == 2


def test_no_names_no_rows():
    assert _run(tasks.echo, []) == []


def test_a_name_that_kills_its_worker_is_given_up_and_the_rest_goes_on():
    names = [f"n{i}" for i in range(20)]
    names[3:3] = ["die1"]
    names[12:12] = ["die2"]
    rows = _run(tasks.deadly, names)
    assert Counter(row["name"] for row in rows) == Counter(names)
    lost = {row["name"]: row["lost"] for row in rows if "lost" in row}
    assert set(lost) == {"die1", "die2"}
    assert "exit code -9" in lost["die1"]


def test_a_name_is_tried_again_in_a_new_worker(tmp_path):
    rows = _run(partial(tasks.once, str(tmp_path)), ["a", "b", "c"])
    assert sorted(row["name"] for row in rows) == ["a", "b", "c"]
    assert not any("lost" in row for row in rows)


def test_a_name_that_hangs_is_given_up():
    rows = _run(tasks.stuck, ["a", "stuck", "b"], count=1, patience=2.0)
    assert sorted(row["name"] for row in rows) == ["a", "b", "stuck"]
    assert "took too long" in next(row["lost"] for row in rows if row["name"] == "stuck")


def test_a_worker_that_cannot_begin_says_why():
    with pytest.raises(InferenceFailed, match="no detector here"):
        _run(tasks.broken, ["a"])


def test_workers_that_always_die_at_birth_end_the_scan():
    with pytest.raises(InferenceFailed, match="before their first picture"):
        _run(tasks.stillborn, ["a"], count=1)


def test_a_name_with_bytes_that_are_not_utf8_comes_back_the_same():
    name = b"\xff\xfe.jpg".decode("utf-8", "surrogateescape")
    assert [row["name"] for row in _run(tasks.echo, [name], count=1)] == [name]
