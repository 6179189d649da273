"""Token buckets by name, and a bound on uploads and their memory."""

from __future__ import annotations

import pytest

from unmask.apps.server.limits import MOST_REMEMBERED, Buckets, Intake, neighbourhood
from unmask.apps.server.problems import Problem


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_the_rate():
    clock = Clock()
    buckets = Buckets(60, 3, clock)
    for _ in range(3):
        buckets.take("a")
    with pytest.raises(Problem) as refused:
        buckets.take("a")
    assert (refused.value.status, refused.value.code) == (429, "rate_limited")
    assert int(refused.value.headers["Retry-After"]) >= 1
    clock.now = 1.0
    buckets.take("a")
    with pytest.raises(Problem):
        buckets.take("a")


def test_names_do_not_share():
    buckets = Buckets(60, 1, Clock())
    buckets.take("a")
    buckets.take("b")


def test_zero_switches_it_off():
    buckets = Buckets(0, 0, Clock())
    for _ in range(1000):
        buckets.take("a")


def test_what_is_remembered_is_bounded():
    buckets = Buckets(60, 1, Clock())
    for n in range(MOST_REMEMBERED + 500):
        buckets.take(str(n))
    assert len(buckets._levels) == MOST_REMEMBERED


def test_uploads_and_memory_are_bounded_and_given_back():
    intake = Intake(2, 100)
    with intake.open() as first, intake.open() as second:
        with pytest.raises(Problem, match="2 uploads"):
            intake.open()
        first.take(60)
        with pytest.raises(Problem, match="memory") as refused:
            second.take(60)
        assert refused.value.status == 429
        second.take(40)
        second.give_back(40)
        second.take(40)
    assert (intake.uploads, intake.bytes) == (0, 0)


def test_memory_is_given_back_when_a_request_fails():
    intake = Intake(2, 100)
    with pytest.raises(RuntimeError), intake.open() as hold:
        hold.take(70)
        raise RuntimeError
    assert (intake.uploads, intake.bytes) == (0, 0)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:1.2.3.4", "1.2.3.4", True),
        ("1.2.3.4", "1.2.3.5", False),
        ("fe80::1%eth0", "fe80::1", True),
        ("testclient", "testclient", True),
    ],
)
def test_what_counts_as_one_address(one, other, same):
    assert (neighbourhood(one) == neighbourhood(other)) is same
