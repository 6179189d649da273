"""A request in, one picture's bytes out: from a form, from the bare body, or from an address."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import Request

from unmask.apps.server import body
from unmask.apps.server.body import Pace
from unmask.apps.server.limits import Hold
from unmask.apps.server.multipart import Part, parts
from unmask.apps.server.problems import Problem
from unmask.apps.server.service import Service

FORM_ROOM = 64 * 1024
JSON_BYTES = 1024 * 1024
BARE = ("", "application/octet-stream", "application/x-www-form-urlencoded")
"""The last is what `curl --data-binary` says of anything."""


@asynccontextmanager
async def picture(request: Request, service: Service) -> AsyncIterator[bytes]:
    """The bytes, for as long as they are needed; then they are forgotten."""
    service.check_room()
    with service.intake.open() as hold:
        data = await _take(request, service, hold)
        if not data:
            raise Problem("bad_request", "The picture is empty.")
        request.state.fields |= {"bytes": len(data)}
        yield data


async def _take(request: Request, service: Service, hold: Hold) -> bytes:
    kind = media_type(request)
    pace = pace_of(service)
    if kind == "multipart/form-data":
        return await _from_form(request, pace, hold)
    if kind == "application/json":
        wish = await json_body(request, pace, hold)
        url = wish.get("url")
        if set(wish) != {"url"} or not isinstance(url, str):
            raise Problem("invalid_request", 'The JSON body must be {"url": "https://..."}.')
        return await fetched(service, url, hold)
    if kind.startswith("image/") or kind in BARE:
        return await body.read(request, pace, hold)
    raise Problem(
        "unsupported_format",
        "Send the picture as multipart/form-data, as image/* or application/octet-stream, "
        'or {"url": ...} as application/json.',
    )


async def _from_form(request: Request, pace: Pace, hold: Hold) -> bytes:
    """Exactly one file, whatever its field is called."""
    found: list[Part] = []
    roomy = Pace(pace.max_bytes + FORM_ROOM, pace.seconds, pace.idle)
    async for part in parts(
        held(body.chunks(request, roomy), hold), request.headers["content-type"], pace.max_bytes
    ):
        found.append(part)
        if len(found) > 1:
            raise Problem("invalid_request", "One file is expected; for more, use /v1/jobs.")
    if not found or found[0].filename is None:
        raise Problem("invalid_request", "The form must hold one file.")
    return bytes(found[0].data)


async def held(source: AsyncIterator[bytes], hold: Hold) -> AsyncIterator[bytes]:
    async for chunk in source:
        hold.take(len(chunk))
        yield chunk


async def fetched(service: Service, url: str, hold: Hold) -> bytes:
    """Room for the largest picture is taken before it is known how large this one is."""
    if not service.settings.fetch:
        raise Problem("fetch_off", "This server fetches no addresses: send the picture itself.")
    most = service.settings.bounds.pictures.max_bytes
    hold.take(most)
    data = await service.fetcher.get(url)
    hold.give_back(most - len(data))
    return data


async def json_body(request: Request, pace: Pace, hold: Hold) -> dict[str, Any]:
    data = await body.read(request, Pace(JSON_BYTES, pace.seconds, pace.idle), hold)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise Problem("bad_request", "The body is not JSON.") from None
    if not isinstance(found, dict):
        raise Problem("invalid_request", "The JSON body must be an object.")
    return found


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def pace_of(service: Service) -> Pace:
    s = service.settings
    return Pace(s.bounds.pictures.max_bytes, s.patience.upload, s.patience.idle)
