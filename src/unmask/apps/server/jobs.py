"""Accepted jobs in, their answers out, picture by picture, across restarts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from unmask.apps.server import webhook
from unmask.apps.server.limits import Hold, Intake
from unmask.apps.server.logs import log
from unmask.apps.server.problems import Problem, overloaded
from unmask.apps.server.store import JobStore, Todo
from unmask.apps.server.webhook import tell

if TYPE_CHECKING:
    from unmask.apps.server.service import Service

T = TypeVar("T")

AT_ONCE = 50
"""Answers read from the store at a time."""
EXPIRE_EVERY = 3600.0
LOOK_AGAIN = 30.0
STOPPING = ("not_ready",)
"""No answer about the picture: its turn comes again after the restart."""


class Jobs:
    """Feeds the workers' patient lane, a few pictures ahead."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._store: JobStore | None = None
        # SQLite wants one thread; the event loop must never wait for a disk.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jobs")
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand: set[tuple[str, int]] = set()
        self._changed = asyncio.Event()
        self._expired = time.monotonic()
        self.waiting = 0
        settings = service.settings
        self.disk = Intake(settings.bounds.uploads, settings.jobs.on_disk, "disk")
        self._arriving: Counter[str] = Counter()

    async def start(self) -> None:
        settings = self._service.settings
        self._store = await self.do(lambda: JobStore(settings.state))
        await self.do(self.store.sweep)
        await self.do(lambda: self.store.expire(settings.jobs.keep_days))
        for job in await self.do(self.store.untold):
            self._spawn(self._tell(job))
        self._spawn(self._run())

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._store:
            await self.do(self._store.close)
        self._thread.shutdown()

    @property
    def store(self) -> JobStore:
        if self._store is None:
            raise Problem("not_ready", "The server is starting.", retry_after=2)
        return self._store

    async def do(self, work: Callable[[], T]) -> T:
        """Runs in the store's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def status(self, job: str, owner: str) -> dict[str, Any]:
        """Somebody else's job is as unknown as one that never was."""
        found = await self.do(lambda: self.store.status(job))
        if found is None or found["owner"] != owner:
            raise Problem("not_found", "There is no such job.")
        return found

    @contextlib.asynccontextmanager
    async def arrival(self, owner: str) -> AsyncIterator[Hold]:
        """While a job is handed in: it counts as unfinished, and its pictures as on the disk, from its first byte."""
        most = self._service.settings.jobs.unfinished
        self._arriving[owner] += 1
        try:
            known = await self.do(lambda: self.store.unfinished(owner))
            if known + self._arriving[owner] > most:
                raise overloaded(f"{most} of your jobs are unfinished.", 30)
            with self.disk.open() as hold:
                yield hold
        finally:
            self._arriving[owner] -= 1
            self._arriving += Counter()  # forgets owners without an arrival

    async def cancel(self, job: str) -> None:
        if await self.do(lambda: self.store.cancel(job)):
            self._spawn(self._tell(job))
        self.wake()

    async def forget(self, job: str) -> None:
        await self.do(lambda: self.store.forget(job))
        self.wake()

    async def lines(self, job: str, skip: int, follow: bool) -> AsyncIterator[bytes]:
        """Answers in the order they came; with `follow`, until the job has ended."""
        while True:
            changed = self._changed
            status = await self.do(lambda: self.store.status(job))
            while found := await self.do(partial(self.store.answers, job, skip, AT_ONCE)):
                skip += len(found)
                yield b"".join(found)
            if status is None or status["state"] != "running" or not follow:
                return
            await changed.wait()

    def wake(self) -> None:
        """Something changed: more to do, or another answer to read."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _run(self) -> None:
        while True:
            changed = self._changed
            try:
                await self._hand_out()
            except (sqlite3.Error, OSError):
                log.exception("job_store_failed")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN):
                    await changed.wait()

    async def _hand_out(self) -> None:
        """A few pictures ahead of the workers, so that none of them waits for the disk."""
        ahead = 2 * self._service.settings.workers
        self.waiting, self.disk.besides = await self.do(self.store.waiting)
        for todo in await self.do(lambda: self.store.next(2 * ahead)):
            key = (todo.job, todo.number)
            if key not in self._in_hand and len(self._in_hand) < ahead:
                self._in_hand.add(key)
                self._spawn(self._judge(todo))
        if time.monotonic() - self._expired > EXPIRE_EVERY:
            self._expired = time.monotonic()
            await self.do(lambda: self.store.expire(self._service.settings.jobs.keep_days))

    async def _judge(self, todo: Todo) -> None:
        """One picture, to its answer in the store."""
        try:
            line = await self._line(todo)
            if line is None:
                return
            ok = b'"failure":null' in line[-32:]
            ended = await self.do(lambda: self.store.answer(todo.job, todo.number, ok, line))
            self._service.metrics.job_pictures.labels("answered" if ok else "failed").inc()
            if ended:
                self._spawn(self._tell(todo.job))
        finally:
            self._in_hand.discard((todo.job, todo.number))
            self.wake()

    async def _line(self, todo: Todo) -> bytes | None:
        """None when the server is stopping."""
        head = {"number": todo.number, "name": todo.name}
        try:
            data = await self._data(todo)
            answer = await self._service.ask(todo.owner, todo.wish, data, urgent=False)
        except Problem as problem:
            if problem.code in STOPPING:
                return None
            failure = {"code": problem.code, "message": problem.detail}
            return _line({**head, "sha256": None}, b"null", failure)
        return _line({**head, "sha256": answer.sha256}, answer.block, None)

    async def _data(self, todo: Todo) -> bytes:
        if todo.url is not None:
            return await self._service.fetcher.get(todo.url)
        path = self.store.folder(todo.job) / str(todo.number)
        try:
            return await asyncio.to_thread(path.read_bytes)
        except OSError:
            raise Problem("input_error", "The picture is no longer there.") from None

    async def _tell(self, job: str) -> None:
        status = await self.do(lambda: self.store.status(job))
        if not status or not status["webhook"] or not self._service.settings.fetch:
            return
        taken = await tell(self._service.fetcher, status, webhook.PAUSES)
        self._service.metrics.webhooks.labels("taken" if taken else "given_up").inc()
        await self.do(lambda: self.store.told(job))

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("job_task_failed", exc_info=task.exception())


def _line(head: dict[str, Any], analysis: bytes, failure: dict[str, str] | None) -> bytes:
    """The analysis is JSON already: it is put in its place, not read and written again."""
    start = json.dumps(head, separators=(",", ":"))[:-1].encode()
    end = json.dumps(failure, separators=(",", ":")).encode()
    return start + b',"analysis":' + analysis + b',"failure":' + end + b"}\n"
