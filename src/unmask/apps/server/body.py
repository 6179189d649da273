"""A request in, the bytes of its body out, held to size, speed and memory while they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from unmask.apps.server.limits import Hold
from unmask.apps.server.problems import Problem


@dataclass(frozen=True)
class Pace:
    """The most bytes of a body, and the most seconds for all of it and between two pieces."""

    max_bytes: int
    seconds: float
    idle: float


async def read(request: Request, pace: Pace, hold: Hold) -> bytes:
    """The whole body, in memory and nowhere else."""
    data = bytearray()
    async for chunk in chunks(request, pace):
        hold.take(len(chunk))
        data += chunk
    return bytes(data)


async def chunks(request: Request, pace: Pace) -> AsyncIterator[bytes]:
    """Pieces as they come; raises on the piece that goes too far, not after the last."""
    _check_headers(request, pace)
    source, total = request.stream(), 0
    clock = asyncio.get_running_loop().time
    deadline = clock() + pace.seconds
    while True:
        try:
            async with asyncio.timeout(min(pace.idle, max(deadline - clock(), 0))):
                chunk = await anext(source)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise Problem(
                "slow_upload",
                f"The upload stood still for {pace.idle:g} seconds or took more than "
                f"{pace.seconds:g}.",
                headers={"Connection": "close"},
            ) from None
        except ClientDisconnect:
            raise Problem(
                "bad_request", "The connection closed in the middle of the upload."
            ) from None
        total += len(chunk)
        if total > pace.max_bytes:
            raise too_large(pace.max_bytes)
        yield chunk


def _check_headers(request: Request, pace: Pace) -> None:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(
            "unsupported_format", "Compressed bodies are not taken: send the picture as it is."
        )
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > pace.max_bytes:
        raise too_large(pace.max_bytes)


def too_large(max_bytes: int) -> Problem:
    return Problem("too_large", f"At most {max_bytes:,} bytes are accepted here.")
