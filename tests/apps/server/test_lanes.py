"""Two lanes: who waits goes first, within a bound; work that nobody wants gives its place back."""

from __future__ import annotations

import asyncio

import pytest

from unmask.apps.server.lanes import Lanes, Work
from unmask.apps.server.problems import Problem


def work(name: str) -> Work:
    return Work({"name": name}, b"", asyncio.get_running_loop().create_future())


def test_the_bound_counts_only_those_who_still_wait():
    async def story():
        lanes = Lanes(2)
        first, second = work("1"), work("2")
        lanes.put(first)
        lanes.put(second)
        with pytest.raises(Problem) as refused:
            lanes.put(work("3"))
        assert refused.value.status == 429
        first.answer.cancel()
        lanes.put(work("3"))
        return [(await lanes.get()).wish["name"] for _ in range(2)]

    assert asyncio.run(story()) == ["2", "3"]


def test_jobs_are_not_bounded_here_and_come_last():
    async def story():
        lanes = Lanes(1)
        for n in range(5):
            lanes.put(work(f"job {n}"), urgent=False)
        lanes.put(work("person"))
        return [(await lanes.get()).wish["name"] for _ in range(6)]

    assert asyncio.run(story()) == ["person", *(f"job {n}" for n in range(5))]


def test_getting_waits_for_work():
    async def story():
        lanes = Lanes(1)
        waiting = asyncio.ensure_future(lanes.get())
        await asyncio.sleep(0)
        assert not waiting.done()
        lanes.put(work("late"))
        return (await waiting).wish["name"]

    assert asyncio.run(story()) == "late"
