"""uvicorn's HTTP connection with the clocks it lacks: for request heads, leftovers and slow readers."""

from __future__ import annotations

import asyncio
import json

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from unmask.apps.server.problems import MEDIA_TYPE, Problem
from unmask.apps.server.settings import Patience


class ReadClock:
    """Cuts a connection whose client does not read what it asked for."""

    patience = Patience()
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _read_clock: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()  # type: ignore[misc]
        if self._read_clock is None:
            self._read_clock = self.loop.call_later(self.patience.write, self.transport.abort)

    def resume_writing(self) -> None:
        self._stop_read_clock()
        super().resume_writing()  # type: ignore[misc]

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_read_clock()
        super().connection_lost(exc)  # type: ignore[misc]

    def _stop_read_clock(self) -> None:
        if self._read_clock is not None:
            self._read_clock.cancel()
            self._read_clock = None


class PatientProtocol(ReadClock, H11Protocol):
    """A client owes us something while its request's head is incomplete, while it still sends a
    body whose answer it has, and while it does not read. Each debt has a clock; when the clock
    runs out the connection is cut."""

    most_connections = 1000
    _clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            transport.abort()
            return
        self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.get_protocol() is not self or not self._owes:
            self._stop()
        elif self._clock is None:
            self._start()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._stop()
        if self.conn.their_state is h11.SEND_BODY:
            self._start()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        # close() waits for the client to read what is left; it need not ever do so.
        self.loop.call_later(self.patience.head, self.transport.abort)

    def send_400_response(self, msg: str) -> None:
        """As uvicorn does it, but as a problem document like every other error."""
        body = json.dumps(Problem("bad_request", msg).document()).encode()
        headers = [
            ("content-type", MEDIA_TYPE),
            ("content-length", str(len(body))),
            ("connection", "close"),
        ]
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            response = h11.Response(status_code=400, headers=headers, reason=b"Bad Request")
            for event in (response, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    @property
    def _owes(self) -> bool:
        """The rest of a head, or the rest of a body that was answered early."""
        return self.conn.their_state is h11.IDLE or self.conn.our_state is h11.DONE

    def _start(self) -> None:
        self._clock = self.loop.call_later(self.patience.head, self.transport.abort)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None


class PatientSocket(ReadClock, WebSocketsSansIOProtocol):
    """uvicorn itself pings, and closes what does not answer; it would then wait for the last byte to be read."""


def web_socket(patience_: Patience) -> type[PatientSocket]:
    class Bound(PatientSocket):
        patience = patience_

    return Bound


def protocol(patience_: Patience, most: int) -> type[PatientProtocol]:
    """uvicorn makes its connections itself, so their settings must be the class's own."""

    class Bound(PatientProtocol):
        patience = patience_
        most_connections = most

    return Bound
