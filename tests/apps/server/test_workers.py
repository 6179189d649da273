"""Workers die and hang; the request fails cleanly, another worker takes the place, the queue is bounded."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace

import pytest
from tests.apps.server.conftest import ODD

from unmask.apps.server import wire
from unmask.apps.server.problems import Problem
from unmask.apps.server.settings import Bounds, Patience
from unmask.apps.server.workers import Worker, Workers
from unmask.errors import ConfigError

WISH = {"kind": "analyze"}


@pytest.fixture
def pool(settings):
    """`pool(story)` runs an async story with a started pool of one worker."""
    told = []

    def run(story, command=ODD, **changes):
        async def scene():
            workers = Workers(
                replace(settings, **changes),
                lambda event, facts: told.append((event, facts)),
                command,
            )
            await workers.start()
            try:
                return await story(workers)
            finally:
                await workers.stop()

        return asyncio.run(scene())

    run.told = told
    return run


def causes(pool):
    return [facts["cause"] for event, facts in pool.told if event == "worker_replaced"]


def test_an_answer(pool):
    header, block = pool(lambda w: w.ask(WISH, b"picture"))
    assert header["label"] == "real"
    assert b'"kind": "analyze"' in block


@pytest.mark.parametrize(
    ("data", "code", "status"),
    [(b"broken", "corrupt_image", 422), (b"bug", "internal_error", 500)],
)
def test_an_error_inside_is_an_answer_too(pool, data, code, status):
    async def story(workers):
        pid = workers.pids
        with pytest.raises(Problem) as refused:
            await workers.ask(WISH, data)
        assert (await workers.ask(WISH, b"picture"))[0]["label"] == "real"
        assert workers.pids == pid
        return refused.value

    problem = pool(story)
    assert (problem.code, problem.status) == (code, status)
    assert "ValueError" not in problem.detail


def test_a_worker_that_dies_is_replaced_and_the_request_fails_cleanly(pool):
    async def story(workers):
        before = workers.pids
        with pytest.raises(Problem) as refused:
            await workers.ask(WISH, b"die")
        assert refused.value.code == "worker_lost"
        assert (await workers.ask(WISH, b"picture"))[0]["label"] == "real"
        assert workers.pids != before

    pool(story)
    assert causes(pool) == ["died"]


def test_a_worker_killed_while_idle_is_replaced(pool):
    async def story(workers):
        os.kill(workers.pids[0], signal.SIGKILL)
        with pytest.raises(Problem):
            await workers.ask(WISH, b"picture")
        await workers.ask(WISH, b"picture")

    pool(story)


def test_a_worker_that_hangs_is_killed_and_replaced(pool):
    async def story(workers):
        pid = workers.pids[0]
        with pytest.raises(Problem) as refused:
            await workers.ask(WISH, b"hang")
        assert (refused.value.code, refused.value.status) == ("analysis_timeout", 504)
        await workers.ask(WISH, b"picture")
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    pool(story, patience=Patience(analysis=1.5, start=120))
    assert causes(pool) == ["hung"]


def test_a_worker_that_hangs_in_the_middle_of_its_answer_is_replaced_too(pool):
    async def story(workers):
        with pytest.raises(Problem) as refused:
            await workers.ask(WISH, b"half")
        assert refused.value.code == "analysis_timeout"
        await workers.ask(WISH, b"picture")

    pool(story, patience=Patience(analysis=1.5, start=120))
    assert causes(pool) == ["hung"]


def test_half_an_answer_that_nobody_read_does_not_keep_a_worker_from_being_stopped():
    async def story():
        worker = await Worker.start(ODD, {}, 60)
        await wire.send(worker._process.stdin, WISH, b"half")
        buffer = worker._process.stdout._buffer
        # More than asyncio reads ahead: from here on it waits for somebody to take it.
        while len(buffer) <= 1 << 17:
            await asyncio.sleep(0.01)
        async with asyncio.timeout(30):
            await worker.stop()

    asyncio.run(story())


def test_beyond_the_bound_the_refusal_comes_at_once(pool):
    async def story(workers):
        asked = [asyncio.ensure_future(workers.ask(WISH, b"slow")) for _ in range(20)]
        done = await asyncio.gather(*asked, return_exceptions=True)
        refused = [d for d in done if isinstance(d, Problem)]
        assert {(p.code, p.status) for p in refused} == {("overloaded", 429)}
        assert all(int(p.headers["Retry-After"]) >= 1 for p in refused)
        assert len(done) - len(refused) in (3, 4)
        assert workers.lanes.waiting == 0

    pool(story, bounds=Bounds(waiting=3))


def test_work_that_nobody_waits_for_is_not_done(pool):
    async def story(workers):
        first = asyncio.ensure_future(workers.ask(WISH, b"slow"))
        gone = asyncio.ensure_future(workers.ask(WISH, b"hang"))
        await asyncio.sleep(0.05)
        gone.cancel()
        await first
        await workers.ask(WISH, b"picture")

    pool(story)
    assert causes(pool) == []


def test_people_go_before_jobs_but_jobs_are_not_starved(pool):
    async def story(workers):
        order = []

        async def ask(name, urgent):
            await workers.ask(WISH, b"slow" if name == "first" else b"x", urgent)
            order.append(name)

        jobs = [ask("first", True), *(ask("job", False) for _ in range(3))]
        people = [ask("person", True) for _ in range(20)]
        await asyncio.gather(*jobs, *people)
        return order

    order = pool(story)
    assert order.index("job") > 2
    assert order.index("job") < len(order) - 5
    assert order.count("job") == 3


def test_a_detector_that_nobody_knows_stops_the_start(pool):
    from unmask.apps.server.workers import COMMAND

    with pytest.raises(ConfigError, match="No detector is called 'nobody'"):
        pool(lambda w: w.ask(WISH, b""), command=COMMAND, detectors=("nobody",))


def test_a_first_worker_that_dies_stops_the_start(pool):
    with pytest.raises(ConfigError, match="first worker died"):
        pool(lambda w: w.ask(WISH, b""), command=("false",))


def test_workers_end_with_the_server(pool):
    async def story(workers):
        return workers.pids

    for pid in pool(story):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
