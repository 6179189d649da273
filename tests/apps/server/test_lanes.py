"""Two lanes: who waits goes first, within a bound; work that nobody wants gives its place back."""

from __future__ import annotations

import asyncio

import pytest

from unmask.apps.server.lanes import Lanes, Work
from unmask.apps.server.problems import Problem


def work(name: str, place: int | None = None) -> Work:
    return Work({"name": name}, b"", asyncio.get_running_loop().create_future(), place)


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


def test_frames_go_to_their_worker_in_turn_with_people():
    async def story():
        lanes = Lanes(9)
        for n in range(3):
            lanes.put(work(f"frame {n}", place=1))
            lanes.put(work(f"person {n}"))
        elsewhere = (await lanes.get(0)).wish["name"]
        return elsewhere, [(await lanes.get(1)).wish["name"] for _ in range(5)]

    elsewhere, here = asyncio.run(story())
    assert elsewhere == "person 0"
    assert here == ["frame 0", "person 1", "frame 1", "person 2", "frame 2"]


def test_a_frame_wakes_its_worker_and_no_other():
    async def story():
        lanes = Lanes(1)
        idle = [asyncio.ensure_future(lanes.get(place)) for place in (0, 1)]
        await asyncio.sleep(0)
        lanes.put(work("frame", place=1))
        assert (await idle[1]).wish["name"] == "frame"
        assert not idle[0].done()
        lanes.put(work("person"))
        assert (await idle[0]).wish["name"] == "person"

    asyncio.run(story())


def test_every_idle_worker_finds_something():
    async def story():
        lanes = Lanes(9)
        idle = [asyncio.ensure_future(lanes.get(place)) for place in range(3)]
        await asyncio.sleep(0)
        for n in range(3):
            lanes.put(work(str(n)), urgent=n != 2)
        return sorted([(await one).wish["name"] for one in idle])

    assert asyncio.run(story()) == ["0", "1", "2"]
