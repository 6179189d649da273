"""A request in, the name of who asks out; or 401, or 429."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from unmask.apps.server.limits import neighbourhood
from unmask.apps.server.logs import log
from unmask.apps.server.problems import Problem
from unmask.apps.server.service import Service
from unmask.errors import ConfigError

ANYBODY = "anybody"
PROTOCOL = "unmask.v1"
KEY_PROTOCOL = "unmask.key."
"""A browser cannot set headers on a WebSocket; it can offer protocols, and those are not logged."""


@dataclass(frozen=True)
class Caller:
    """`name` is that of the API key, never the key."""

    name: str
    address: str


def service_of(connection: HTTPConnection) -> Service:
    found: Service = connection.app.state.service
    return found


def admit(connection: HTTPConnection) -> Caller:
    """Counts the request against its address and its key; the order makes guessing keys slow."""
    service = service_of(connection)
    address = neighbourhood(connection.client.host if connection.client else "")
    service.addresses.take(address)
    caller = Caller(_name(service, connection, address), address)
    if caller.name != ANYBODY:
        service.callers.take(caller.name)
    connection.state.caller = caller.name
    return caller


async def counted(connection: HTTPConnection) -> None:
    """For what anybody may read, but not as often as they like."""
    host = connection.client.host if connection.client else ""
    service_of(connection).addresses.take(neighbourhood(host))


async def admitted(connection: HTTPConnection) -> Caller:
    return admit(connection)


def _name(service: Service, connection: HTTPConnection, address: str) -> str:
    key = key_of(connection)
    if key is None and not key_required(service):
        return ANYBODY
    service.wrong_keys.check(address)
    name = _known(service, key)
    if name is None:
        service.wrong_keys.take(address)
        raise Problem(
            "unauthorised",
            "Send a valid API key as `Authorization: Bearer um_...` or `X-API-Key: um_...`.",
            headers={"WWW-Authenticate": 'Bearer realm="unmask"'},
        )
    return name


def key_required(service: Service) -> bool:
    with _readable():
        return service.keys_required


def _known(service: Service, key: str | None) -> str | None:
    with _readable():
        return service.keys.name_of(key) if key is not None else None


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        log.exception("keys_unreadable", exc_info=error)
        raise Problem("internal_error", "The keys cannot be read.") from None


def key_of(connection: HTTPConnection) -> str | None:
    scheme, _, rest = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if "x-api-key" in connection.headers:
        return connection.headers["x-api-key"]
    for offered in connection.headers.get("sec-websocket-protocol", "").split(","):
        if offered.strip().startswith(KEY_PROTOCOL):
            return offered.strip().removeprefix(KEY_PROTOCOL)
    return None


Who = Annotated[Caller, Depends(admitted)]
