"""Names in, one row per name out, from processes that may die or hang without taking the rest along."""

from __future__ import annotations

import contextlib
import json
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait

from unmask.batch.journal import Row
from unmask.errors import InferenceFailed

Task = Callable[[str], Row]
Lost = Callable[[str, str], Row]
"""Makes the row of a name whose worker died or hung: name, what happened -> row."""

WINDOW = 4  # names given ahead to each worker: none waits, and a pipe never fills up
START_ATTEMPTS = 3
START_PATIENCE = 120.0
READY = b""


class Pool:
    """Spawned processes that each build their task once and then answer names in order.

    A name whose worker dies is tried once more in a new worker, then given up as lost.
    """

    def __init__(self, start: Callable[[], Task], lost: Lost, count: int, patience: float) -> None:
        self._start, self._lost, self._patience = start, lost, patience
        self._again: deque[str] = deque()
        self._suspects: set[str] = set()
        self._failed_starts = 0
        self._workers = [_Worker(start) for _ in range(count)]

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()

    def run(self, names: Iterable[str]) -> Iterator[Row]:
        """One row for each name, in the order they are finished."""
        source = iter(names)
        while True:
            self._fill(source)
            busy = [worker for worker in self._workers if worker.pending]
            if not busy:
                return
            for worker in _ready(busy, self._patience):
                yield from self._collect(worker)

    def _fill(self, source: Iterator[str]) -> None:
        for depth in range(1, WINDOW + 1):
            for worker in self._workers:
                if len(worker.pending) < depth:
                    name = self._again.popleft() if self._again else next(source, None)
                    if name is None:
                        return
                    worker.give(name)

    def _collect(self, worker: _Worker) -> Iterator[Row]:
        try:
            message = worker.hear()
        except (EOFError, OSError):
            yield from self._replace(worker)
            return
        if message == READY:
            worker.ready, self._failed_starts = True, 0
            return
        answer = json.loads(message)
        if isinstance(answer, str):
            raise InferenceFailed(f"A worker could not begin: {answer}")
        yield {**answer, "name": worker.pending.popleft()}

    def _replace(self, worker: _Worker) -> Iterator[Row]:
        worker.stop()
        pending = worker.pending
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= START_ATTEMPTS:
                raise InferenceFailed(
                    f"Workers died {START_ATTEMPTS} times before their first picture. "
                    "Is there enough memory? Try fewer of them: --workers 1."
                )
        elif pending[0] in self._suspects:
            yield self._lost(pending.popleft(), worker.how_it_ended())
        else:
            self._suspects.add(pending[0])
        self._again.extend(pending)
        self._workers[self._workers.index(worker)] = _Worker(self._start)


class _Worker:
    def __init__(self, start: Callable[[], Task]) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.pending: deque[str] = deque()
        self.since = time.monotonic()
        self.ready = self._hung = False
        self._process = context.Process(target=_serve, args=(theirs, start), daemon=True)
        _start_deaf(self._process.start)
        theirs.close()

    def give(self, name: str) -> None:
        if not self.pending:
            self.since = time.monotonic()
        self.pending.append(name)
        with contextlib.suppress(OSError):  # it has died; hearing from it will say so
            self.connection.send_bytes(json.dumps(name).encode())

    def hear(self) -> bytes:
        message = self.connection.recv_bytes()
        self.since = time.monotonic()
        return message

    def end_if_hung(self, patience: float) -> None:
        """Starting may take longer than a picture: a busy machine loads libraries slowly."""
        allowed = patience if self.ready else max(patience, START_PATIENCE)
        if time.monotonic() - self.since > allowed:
            self._hung = True
            self._process.kill()

    def stop(self) -> None:
        self._process.kill()
        self._process.join()
        self.connection.close()

    def how_it_ended(self) -> str:
        if self._hung:
            return "took too long and was stopped, twice"
        return f"ended its worker twice (exit code {self._process.exitcode})"


def _ready(busy: list[_Worker], patience: float) -> list[_Worker]:
    heard = wait([worker.connection for worker in busy], timeout=1.0)
    for worker in busy:
        if worker.connection not in heard:
            worker.end_if_hung(patience)
    return [worker for worker in busy if worker.connection in heard]


def _start_deaf(start: Callable[[], None]) -> None:
    """Starts a process that never hears Ctrl-C: the parent hears it and ends its workers itself.

    The tracker is started first because starting it would unblock the signal again.
    """
    if not hasattr(signal, "pthread_sigmask"):
        start()
        return
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, start: Callable[[], Task]) -> None:
    """The life of a worker: ends when its parent has gone, in whatever way.

    It speaks JSON, not pickle: a worker reads hostile pictures, and its parent must not trust it.
    """
    try:
        task = start()
    except Exception as error:
        connection.send_bytes(json.dumps(f"{type(error).__name__}: {error}").encode())
        return
    try:
        connection.send_bytes(READY)
        while True:
            name = json.loads(connection.recv_bytes())
            connection.send_bytes(json.dumps(task(name)).encode())
    except (EOFError, OSError):
        return
