"""A WebSocket of frames in, faces and verdicts out; a frame that comes too soon is dropped, never queued."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, WebSocket
from starlette.websockets import WebSocketDisconnect

from unmask.apps.server.callers import (
    ANYBODY,
    KEY_PROTOCOL,
    PROTOCOL,
    Caller,
    admit,
    service_of,
)
from unmask.apps.server.options import StreamOptions
from unmask.apps.server.problems import Problem
from unmask.apps.server.service import Service

router = APIRouter()

GOING_AWAY, UNSUPPORTED = 1001, 1003


class Slot:
    """Room for one frame: a newer one takes the place of one that nobody looked at yet."""

    def __init__(self) -> None:
        self.received = self.dropped = 0
        self._frame: tuple[int, bytes] | None = None
        self._some = asyncio.Event()

    def put(self, data: bytes) -> bool:
        """Whether another frame had to go."""
        late = self._frame is not None
        self.received += 1
        self.dropped += late
        self._frame = (self.received, data)
        self._some.set()
        return late

    async def take(self) -> tuple[int, bytes]:
        await self._some.wait()
        self._some.clear()
        assert self._frame is not None
        frame, self._frame = self._frame, None
        return frame


@dataclass(frozen=True)
class Talk:
    """One stream: whom it is with, what every frame is asked, and the worker that remembers its faces."""

    websocket: WebSocket
    service: Service
    wish: dict[str, Any]
    place: int | None


@router.websocket("/v1/stream")
async def stream(websocket: WebSocket, asked: Annotated[StreamOptions, Query()]) -> None:
    service = service_of(websocket)
    with contextlib.ExitStack() as seat:
        try:
            caller = _whose(admit(websocket))
            wish = service.wish("frame" if asked.rolling else "analyze", asked)
            place = seat.enter_context(service.streams.seat(caller))
        except Problem as problem:
            response = problem.response(websocket.state.request_id)
            await websocket.send_denial_response(response)
            return
        await websocket.accept(_protocol(websocket))
        if not asked.rolling:
            await _converse(Talk(websocket, service, wish, None))
            return
        wish["stream"] = secrets.token_hex(8)
        try:
            await _converse(Talk(websocket, service, wish, place))
        finally:
            service.workers.tell({"kind": "close", "stream": wish["stream"]}, place)


def _whose(caller: Caller) -> str:
    return caller.address if caller.name == ANYBODY else f"key {caller.name}"


def _protocol(websocket: WebSocket) -> str | None:
    offered = [
        p.strip() for p in websocket.headers.get("sec-websocket-protocol", "").split(",") if p
    ]
    plain = [p for p in offered if not p.startswith(KEY_PROTOCOL)]
    return PROTOCOL if PROTOCOL in plain else None


async def _converse(talk: Talk) -> None:
    """Reads and answers side by side; whichever ends first ends the other."""
    slot = Slot()
    talking = {
        asyncio.create_task(_listen(talk, slot)),
        asyncio.create_task(_answer(talk, slot)),
    }
    try:
        await asyncio.wait(talking, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in talking:
            task.cancel()
    await asyncio.wait(talking)
    for task in talking:
        with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
            task.result()


async def _listen(talk: Talk, slot: Slot) -> None:
    while True:
        try:
            async with asyncio.timeout(talk.service.settings.patience.stream_idle):
                message = await talk.websocket.receive()
        except TimeoutError:
            await talk.websocket.close(GOING_AWAY, "no frame came for too long")
            return
        if message["type"] == "websocket.disconnect":
            return
        data = message.get("bytes")
        if data is None:
            await talk.websocket.close(UNSUPPORTED, "frames are binary messages")
            return
        if slot.put(data):
            talk.service.metrics.frames.labels("dropped").inc()


async def _answer(talk: Talk, slot: Slot) -> None:
    """Frames count as frames only: thirty a second of one face would drown the verdicts about pictures."""
    frames = talk.service.metrics.frames
    while True:
        number, data = await slot.take()
        head = {"frame": number, "dropped": slot.dropped}
        try:
            header, block = await talk.service.workers.ask(talk.wish, data, place=talk.place)
        except Problem as problem:
            frames.labels(problem.code).inc()
            await talk.websocket.send_text(json.dumps({**head, "problem": problem.document()}))
            continue
        frames.labels("answered").inc()
        talk.service.metrics.model_seconds.labels("frame").observe(header["seconds"])
        await talk.websocket.send_text(_text(head, block, talk.place is not None))


def _text(head: dict[str, int], block: bytes, rolling: bool) -> str:
    """The block is JSON already: it is put in its place, not read and written again."""
    start = json.dumps(head, separators=(",", ":"))[:-1]
    return f"{start},{block.decode()[1:]}" if rolling else f'{start},"analysis":{block.decode()}}}'
