"""A public web address in, its bytes out, within a size, a time and a number of redirects."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from urllib.parse import urljoin

import h11

from unmask import __version__
from unmask.apps.server.addresses import Rules, Target
from unmask.apps.server.problems import Problem

REDIRECTS = 4
CHUNK = 1 << 16
AGENT = f"unmask/{__version__}"


@dataclass(frozen=True)
class Reply:
    status: int
    location: str
    body: bytes


class Fetcher:
    """No proxy, no cookies, no second look-up: what was checked is what is asked."""

    def __init__(self, max_bytes: int, seconds: float, rules: Rules = Rules()) -> None:  # noqa: B008
        self._max_bytes, self._seconds, self.rules = max_bytes, seconds, rules

    async def get(self, address: str) -> bytes:
        """Every redirect goes through the same checks as the first address."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(address)
        except TimeoutError:
            raise Problem(
                "fetch_failed", f"The address did not answer within {self._seconds:g} seconds."
            ) from None

    async def post(self, address: str, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer; redirects are not followed."""
        async with asyncio.timeout(self._seconds):
            target = await self.rules.target(address)
            return (await self._ask(target, "POST", headers, body)).status

    async def _follow(self, address: str) -> bytes:
        for _ in range(REDIRECTS + 1):
            target = await self.rules.target(address)
            reply = await self._ask(target, "GET", {"Accept": "image/*"})
            if reply.status == 200:
                return reply.body
            if reply.status not in (301, 302, 303, 307, 308) or not reply.location:
                raise Problem("fetch_failed", f"The address answered with status {reply.status}.")
            address = urljoin(address, reply.location)
            if target.scheme == "https" and not address.startswith("https:"):
                raise Problem("address_refused", "The address leads from https to http.")
        raise Problem("fetch_failed", f"The address leads on more than {REDIRECTS} times.")

    async def _ask(
        self, target: Target, method: str, headers: dict[str, str], body: bytes = b""
    ) -> Reply:
        secure = ssl.create_default_context() if target.scheme == "https" else None
        try:
            reader, writer = await asyncio.open_connection(
                target.ip, target.port, ssl=secure, server_hostname=target.host if secure else None
            )
            try:
                return await self._talk(
                    reader, writer, _request(target, method, headers, body), body
                )
            finally:
                writer.close()
        except (OSError, h11.ProtocolError, EOFError):
            raise Problem("fetch_failed", "The address did not answer as a web server.") from None

    async def _talk(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        request: h11.Request,
        body: bytes,
    ) -> Reply:
        talk = h11.Connection(h11.CLIENT)
        for event in (request, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(talk.send(event) or b"")
        await writer.drain()
        status, location, data = 0, "", bytearray()
        while True:
            event = talk.next_event()
            if event is h11.NEED_DATA:
                talk.receive_data(await reader.read(CHUNK))
            elif isinstance(event, h11.Response):
                status, location = event.status_code, _location(event)
            elif isinstance(event, h11.Data):
                data += event.data
                self._check(len(data))
            elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                return Reply(status, location, bytes(data))

    def _check(self, size: int) -> None:
        if size > self._max_bytes:
            raise Problem("too_large", f"The address sends more than {self._max_bytes:,} bytes.")


def _request(target: Target, method: str, headers: dict[str, str], body: bytes) -> h11.Request:
    fixed = {"Host": target.host_header, "User-Agent": AGENT, "Connection": "close"}
    if method == "POST":
        fixed["Content-Length"] = str(len(body))
    return h11.Request(
        method=method, target=target.path, headers=list({**fixed, **headers}.items())
    )


def _location(event: h11.Response) -> str:
    found = dict(event.headers).get(b"location", b"")
    return bytes(found).decode("latin-1")
