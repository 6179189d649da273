"""The line of progress: what it tells, with a clock that the test turns."""

from __future__ import annotations

import pytest

from unmask.apps.cli import progress
from unmask.apps.cli.progress import Progress, span


@pytest.fixture
def clock(monkeypatch):
    """`clock(5)` lets five seconds pass."""
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])

    def turn(seconds):
        now[0] += seconds
        return now[0]

    return turn


def test_it_tells_count_rate_and_time_left(clock):
    made = Progress()
    made.total = 3000
    for _ in range(100):
        made.step(ok=True)
    assert made.line(clock(5)) == "100 of 3,000   20 a second   2 min left"


def test_without_a_total_it_promises_nothing(clock):
    made = Progress()
    made.step(ok=True)
    assert made.line(clock(1)) == "1   1 a second"


def test_failures_are_counted(clock):
    made = Progress()
    made.step(ok=False)
    assert made.line(clock(1)).endswith("1 failed")


def test_the_rate_is_that_of_late(clock):
    made = Progress()
    for _ in range(20):
        for _ in range(10):
            made.step(ok=True)
        made.line(clock(10))
    assert "1 a second" in made.line(clock(0.001))


def test_a_log_gets_a_line_every_half_minute(clock, capsys):
    made = Progress()
    for _ in range(100):
        clock(1)
        made.step(ok=True)
    made.close()
    err = capsys.readouterr().err
    assert err.count("\n") == 3
    assert "\r" not in err
    assert "\x1b" not in err


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (89, "89 s"),
        (90, "2 min"),
        (3600, "60 min"),
        (7500, "2 h 05 min"),
        (260_000, "3 days"),
    ],
)
def test_spans_are_as_precise_as_an_estimate_deserves(seconds, words):
    assert span(seconds) == words


def test_work_that_counts_itself_may_begin_anywhere(clock):
    """A run that goes on at step 1000 has not done a thousand steps in its first second."""
    made = Progress()
    clock(60)
    made.reach(1000, 3000, "loss 0.5")
    clock(1)
    made.reach(1010, 3000, "loss 0.4")
    assert made.line(clock(0)) == "1,010 of 3,000   10 a second   3 min left   loss 0.4"
