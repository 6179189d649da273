"""Requests in, times and statuses out: a lean HTTP client, so that what is measured is the server."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PATH = "/v1/analyze"


@dataclass(frozen=True)
class Reply:
    status: int
    seconds: float


class Line:
    """One connection that is kept open."""

    def __init__(self, port: int, path: str = PATH) -> None:
        self._port, self._path = port, path
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, picture: bytes) -> Reply:
        begun = time.perf_counter()
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(_head(self._path, len(picture)) + picture)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        _, _, length = head.partition(b"content-length: ")
        await reader.readexactly(int(length.split(b"\r\n")[0]))
        if b"connection: close" in head:
            self.close()
        return Reply(int(head.split(b" ")[1]), time.perf_counter() - begun)

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None


@dataclass(frozen=True)
class Bound:
    """An end in time, and one in count."""

    seconds: float
    requests: int = 10**9


async def in_a_row(
    port: int, pictures: Sequence[bytes], at_once: int, bound: Bound, path: str = PATH
) -> list[Reply]:
    """As many as can be answered, each line asking again as soon as it has its answer."""
    replies: list[Reply] = []
    end, asked = time.perf_counter() + bound.seconds, 0

    async def one() -> None:
        nonlocal asked
        line = Line(port, path)
        while time.perf_counter() < end and asked < bound.requests:
            asked += 1
            replies.append(await line.ask(pictures[asked % len(pictures)]))
        line.close()

    await asyncio.gather(*(one() for _ in range(at_once)))
    return replies


async def at_a_rate(
    port: int, pictures: Sequence[bytes], per_second: float, seconds: float
) -> list[Reply]:
    """People come when they come, whether or not others were answered: a Poisson process."""
    idle, asked = list[Line](), []

    async def one(picture: bytes) -> Reply:
        line = idle.pop() if idle else Line(port)
        reply = await line.ask(picture)
        idle.append(line)
        return reply

    begun = time.perf_counter()
    for due in arrivals(per_second, seconds):
        await asyncio.sleep(max(0.0, begun + due - time.perf_counter()))
        asked.append(asyncio.create_task(one(pictures[len(asked) % len(pictures)])))
    replies = await asyncio.gather(*asked)
    for line in idle:
        line.close()
    return replies


def arrivals(per_second: float, seconds: float) -> Iterator[float]:
    """When they come; the same pattern every time."""
    rng, due = random.Random(0), 0.0
    while due < seconds:
        due += rng.expovariate(per_second)
        yield due


def _head(path: str, length: int) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/jpeg\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()
