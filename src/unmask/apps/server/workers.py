"""Wishes in, answers out, by processes that are replaced when they die or hang."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from typing import Any

from unmask.apps.server import wire
from unmask.apps.server.lanes import Lanes, Work
from unmask.apps.server.problems import TABLE, Problem
from unmask.apps.server.settings import RATES, ServerSettings
from unmask.errors import ConfigError, UnmaskError
from unmask.types import Limits

COMMAND = (sys.executable, "-m", "unmask.apps.server.worker")
GRACE = 5.0
CHUNK = 1 << 16
LONGEST_PAUSE = 5.0

Told = Callable[[str, dict[str, Any]], None]


class WorkerLost(Exception):
    """The process died, or said something that no worker says."""


class Worker:
    """One process; asked one thing at a time."""

    def __init__(self, process: Process, detectors: list[dict[str, Any]]) -> None:
        self._process, self.detectors = process, detectors

    @classmethod
    async def start(cls, command: Sequence[str], setup: dict[str, Any], seconds: float) -> Worker:
        # stderr stays the server's own: what native code has to say belongs in its log.
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        worker = cls(process, [])
        try:
            hello, _ = await worker.ask(setup, b"", seconds)
        except (WorkerLost, TimeoutError) as error:
            await worker.stop()
            raise WorkerLost("a worker did not start") from error
        if "detectors" not in hello:
            await worker.stop()
            raise ConfigError(str(hello.get("detail")))
        worker.detectors = hello["detectors"]
        return worker

    async def ask(self, wish: dict[str, Any], data: bytes, seconds: float) -> wire.Message:
        """Raises WorkerLost or TimeoutError; the worker is good for nothing afterwards."""
        assert self._process.stdin and self._process.stdout
        try:
            async with asyncio.timeout(seconds):
                await wire.send(self._process.stdin, wish, data)
                return await wire.receive(self._process.stdout)
        except wire.Broken as error:
            raise WorkerLost(str(error)) from error

    async def stop(self) -> None:
        assert self._process.stdout
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        # wait() comes back only when the pipe is at its end; half an answer may still be in it.
        with contextlib.suppress(OSError):
            while await self._process.stdout.read(CHUNK):
                pass
        await self._process.wait()

    @property
    def pid(self) -> int:
        return self._process.pid


class Workers:
    """As many processes as cores, each behind a loop that takes work and puts answers in their place."""

    def __init__(
        self, settings: ServerSettings, tell: Told, command: Sequence[str] = COMMAND
    ) -> None:
        self.lanes = Lanes(settings.bounds.waiting)
        self.detectors: list[dict[str, Any]] = []
        self._settings, self._tell, self._command = settings, tell, command
        self._seconds = settings.patience.analysis
        self._loops: list[asyncio.Task[None]] = []
        self._ready: dict[int, Worker] = {}

    @property
    def ready(self) -> int:
        return len(self._ready)

    @property
    def pids(self) -> list[int]:
        return [worker.pid for worker in self._ready.values()]

    async def start(self) -> None:
        """The first worker must come up, or the server does not."""
        try:
            first = await self._new()
        except WorkerLost as error:
            raise ConfigError(
                "The first worker died or said nothing; its own words stand above. "
                "`unmask doctor` looks over the installation."
            ) from error
        self.detectors, self._ready[0] = first.detectors, first
        self._loops = [
            asyncio.create_task(self._keep(n, first if n == 0 else None))
            for n in range(self._settings.workers)
        ]

    async def stop(self) -> None:
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        # A loop that was cancelled before its first step has not stopped what it was given.
        for worker in self._ready.values():
            await worker.stop()

    async def ask(
        self, wish: dict[str, Any], data: bytes, urgent: bool = True, place: int | None = None
    ) -> wire.Message:
        """The answer, or a Problem: too much to do, too slow, the worker died, or the bytes are at fault."""
        work = Work(wish, data, asyncio.get_running_loop().create_future(), place)
        self.lanes.put(work, urgent)
        header, block = await work.answer
        if "code" in header:
            raise _refusal(header)
        return header, block

    def tell(self, wish: dict[str, Any], place: int) -> None:
        """For what needs no answer."""
        work = Work(wish, b"", asyncio.get_running_loop().create_future(), place)
        work.answer.add_done_callback(lambda answer: answer.cancelled() or answer.exception())
        self.lanes.put(work)

    async def _new(self) -> Worker:
        limits: Limits = self._settings.bounds.pictures
        setup = {
            "detectors": list(self._settings.detectors),
            "rates": [float(rate) for rate in RATES],
            "faces": self._settings.faces,
            "max_bytes": limits.max_bytes,
            "max_pixels": limits.max_pixels,
            "seconds": self._seconds + GRACE,
        }
        return await Worker.start(self._command, setup, self._settings.patience.start)

    async def _keep(self, number: int, worker: Worker | None) -> None:
        """One place, for ever: a worker in it, or soon another."""
        try:
            while True:
                worker = worker or await self._replacement()
                self._ready[number] = worker
                await self._use(worker, number)
                del self._ready[number]
                await worker.stop()
                worker = None
        finally:
            self._ready.pop(number, None)
            if worker:
                await worker.stop()

    async def _use(self, worker: Worker, place: int) -> None:
        """Returns when the worker has to be replaced."""
        while True:
            work = await self.lanes.get(place)
            self._tell("taken", {"waited": time.perf_counter() - work.since})
            try:
                answer = await worker.ask(work.wish, work.data, self._seconds)
            except (WorkerLost, TimeoutError) as error:
                self._fail(work, error)
                return
            except asyncio.CancelledError:
                _set_error(work, Problem("not_ready", "The server is stopping.", retry_after=5))
                raise
            if not work.answer.done():
                work.answer.set_result(answer)

    def _fail(self, work: Work, error: Exception) -> None:
        hung = isinstance(error, TimeoutError)
        self._tell("worker_replaced", {"cause": "hung" if hung else "died"})
        code = "analysis_timeout" if hung else "worker_lost"
        detail = (
            f"The analysis took longer than {self._seconds:g} seconds and was given up."
            if hung
            else "The process that was looking at this picture died. A new one is being started."
        )
        _set_error(work, Problem(code, detail))

    async def _replacement(self) -> Worker:
        pause = 0.1
        while True:
            try:
                return await self._new()
            except (WorkerLost, UnmaskError, OSError) as error:
                self._tell("worker_start_failed", {"error": type(error).__name__})
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


def _set_error(work: Work, problem: Problem) -> None:
    if not work.answer.done():
        work.answer.set_exception(problem)


def _refusal(header: dict[str, Any]) -> Problem:
    code = header["code"] if header["code"] in TABLE else "internal_error"
    status, title = TABLE[code]
    detail = str(header.get("detail", "")) if status < 500 or status == 501 else f"{title}."
    problem = Problem(code, detail)
    problem.__cause__ = None if status < 500 else RuntimeError(header.get("detail", ""))
    return problem
