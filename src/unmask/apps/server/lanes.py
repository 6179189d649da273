"""Work to do, in two lanes: people who wait, bounded, and jobs, which take what is left over."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from unmask.apps.server.problems import overloaded
from unmask.apps.server.wire import Message

JOB_TURN = 8
"""After so many impatient wishes in a row a job gets one turn, so that it always ends."""


@dataclass
class Work:
    """A wish and its bytes; `answer` is cancelled when nobody wants it any more."""

    wish: dict[str, Any]
    data: bytes
    answer: asyncio.Future[Message]
    since: float = field(default_factory=time.perf_counter)


class Lanes:
    def __init__(self, most_waiting: int) -> None:
        self._most = most_waiting
        self._urgent: deque[Work] = deque()
        self._patient: deque[Work] = deque()
        self._some = asyncio.Semaphore(0)
        self._in_a_row = 0

    @property
    def waiting(self) -> int:
        return len(self._urgent)

    @property
    def full(self) -> bool:
        return len(self._urgent) >= self._most

    def put(self, work: Work, urgent: bool = True) -> None:
        """Raises at once when the lane of those who wait is full."""
        if urgent and self.full:
            self._drop_unwanted()
            if self.full:
                raise overloaded(f"{self._most} requests are waiting already.")
        (self._urgent if urgent else self._patient).append(work)
        self._some.release()

    async def get(self) -> Work:
        while True:
            await self._some.acquire()
            work = self._next()
            if work is not None and not work.answer.done():
                return work

    def _next(self) -> Work | None:
        """None when the turn belonged to work that was dropped."""
        if self._patient and (not self._urgent or self._in_a_row >= JOB_TURN):
            self._in_a_row = 0
            return self._patient.popleft()
        self._in_a_row += 1
        return self._urgent.popleft() if self._urgent else None

    def _drop_unwanted(self) -> None:
        self._urgent = deque(work for work in self._urgent if not work.answer.done())
