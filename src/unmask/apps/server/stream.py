"""A WebSocket of frames in, faces and verdicts out; a frame that comes too soon is dropped, never queued."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, WebSocket
from starlette.websockets import WebSocketDisconnect

from unmask.apps.server.callers import KEY_PROTOCOL, PROTOCOL, admit, service_of
from unmask.apps.server.options import StreamOptions
from unmask.apps.server.problems import Problem, overloaded
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


@router.websocket("/v1/stream")
async def stream(websocket: WebSocket, asked: Annotated[StreamOptions, Query()]) -> None:
    service = service_of(websocket)
    try:
        admit(websocket)
        wish = service.wish("analyze", asked)
        if service.streams >= service.settings.bounds.streams:
            raise overloaded(f"{service.settings.bounds.streams} streams are open already.", 10)
    except Problem as problem:
        response = problem.response(websocket.state.request_id)
        await websocket.send_denial_response(response)
        return
    service.streams += 1
    try:
        await websocket.accept(_protocol(websocket))
        await _converse(websocket, service, wish)
    finally:
        service.streams -= 1


def _protocol(websocket: WebSocket) -> str | None:
    offered = [
        p.strip() for p in websocket.headers.get("sec-websocket-protocol", "").split(",") if p
    ]
    plain = [p for p in offered if not p.startswith(KEY_PROTOCOL)]
    return PROTOCOL if PROTOCOL in plain else None


async def _converse(websocket: WebSocket, service: Service, wish: dict[str, Any]) -> None:
    """Reads and answers side by side; whichever ends first ends the other."""
    slot = Slot()
    talking = {
        asyncio.create_task(_listen(websocket, service, slot)),
        asyncio.create_task(_answer(websocket, service, slot, wish)),
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


async def _listen(websocket: WebSocket, service: Service, slot: Slot) -> None:
    while True:
        try:
            async with asyncio.timeout(service.settings.patience.stream_idle):
                message = await websocket.receive()
        except TimeoutError:
            await websocket.close(GOING_AWAY, "no frame came for too long")
            return
        if message["type"] == "websocket.disconnect":
            return
        data = message.get("bytes")
        if data is None:
            await websocket.close(UNSUPPORTED, "frames are binary messages")
            return
        if slot.put(data):
            service.metrics.frames.labels("dropped").inc()


async def _answer(websocket: WebSocket, service: Service, slot: Slot, wish: dict[str, Any]) -> None:
    while True:
        number, data = await slot.take()
        head = {"frame": number, "dropped": slot.dropped}
        try:
            header, block = await service.workers.ask(wish, data)
        except Problem as problem:
            service.metrics.frames.labels(problem.code).inc()
            await websocket.send_text(json.dumps({**head, "problem": problem.document()}))
            continue
        service.metrics.frames.labels("answered").inc()
        service.metrics.judged(wish, header, independent=False)
        text = json.dumps(head)[:-1] + ', "analysis": ' + block.decode() + "}"
        await websocket.send_text(text)
