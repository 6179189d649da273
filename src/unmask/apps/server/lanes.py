"""Work to do, in lanes: people who wait, bounded; frames of streams, each for its worker; jobs, which take what is left over."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from unmask.apps.server.problems import overloaded
from unmask.apps.server.wire import Message

JOB_TURN = 8
"""After so many impatient wishes in a row a job gets one turn, so that it always ends."""


@dataclass
class Work:
    """A wish and its bytes; `answer` is cancelled when nobody wants it any more.

    `place` is that of the only worker who can do it: who remembers the stream that a frame is of.
    """

    wish: dict[str, Any]
    data: bytes
    answer: asyncio.Future[Message]
    place: int | None = None
    since: float = field(default_factory=time.perf_counter)


class Lanes:
    def __init__(self, most_waiting: int) -> None:
        self._most = most_waiting
        self._urgent: deque[Work] = deque()
        self._patient: deque[Work] = deque()
        self._frames: defaultdict[int, deque[Work]] = defaultdict(deque)
        self._idle: dict[int, asyncio.Future[None]] = {}
        self._in_a_row = 0
        self._frame_last: set[int] = set()

    @property
    def waiting(self) -> int:
        return len(self._urgent)

    @property
    def full(self) -> bool:
        return len(self._urgent) >= self._most

    def put(self, work: Work, urgent: bool = True) -> None:
        """Raises at once when the lane of those who wait is full; a stream has one frame here at most."""
        if work.place is not None:
            self._frames[work.place].append(work)
        elif urgent:
            self._check_room()
            self._urgent.append(work)
        else:
            self._patient.append(work)
        self._wake(work.place)

    async def get(self, place: int = 0) -> Work:
        """The next work for the worker at this place."""
        while True:
            work = self._next(place)
            if work is None:
                await self._something(place)
            elif not work.answer.done():
                return work

    def _check_room(self) -> None:
        if self.full:
            self._urgent = deque(work for work in self._urgent if not work.answer.done())
        if self.full:
            raise overloaded(f"{self._most} requests are waiting already.")

    def _next(self, place: int) -> Work | None:
        """Frames and people in turn; jobs when neither is there, or when they have waited long."""
        frames = self._frames[place]
        if frames and not (place in self._frame_last and self._urgent):
            self._frame_last.add(place)
            return frames.popleft()
        self._frame_last.discard(place)
        if self._patient and (not self._urgent or self._in_a_row >= JOB_TURN):
            self._in_a_row = 0
            return self._patient.popleft()
        if not self._urgent:
            return None
        self._in_a_row += 1
        return self._urgent.popleft()

    def _wake(self, place: int | None) -> None:
        """Whoever is idle and may do it; one who wakes in vain goes back to sleep."""
        place = next(iter(self._idle), None) if place is None else place
        waiter = self._idle.pop(place, None) if place is not None else None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    async def _something(self, place: int) -> None:
        waiter = self._idle[place] = asyncio.get_running_loop().create_future()
        try:
            await waiter
        finally:
            if self._idle.get(place) is waiter:
                del self._idle[place]
