"""An http(s) address -> the bytes behind it, within a size, a time and a number of redirects."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib import request
from urllib.error import HTTPError
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from unmask import __version__
from unmask.errors import InputError, TooLarge
from unmask.types import Limits

REDIRECTS = 5
SECONDS = 20.0
CHUNK = 1 << 16
SAFE = "/%:=&?~#+!$,;'@()*[]"
HEADERS = {"User-Agent": f"unmask/{__version__}", "Accept": "image/*", "Connection": "close"}


def fetch(address: str, limits: Limits = Limits(), seconds: float = SECONDS) -> bytes:
    """Raises an InputError when the address, its answer or its slowness is at fault.

    The work is done in a thread of its own because only so the whole of it, slow name servers and
    servers that drip included, keeps to one limit of time.
    """
    answers: queue.Queue[bytes | Exception] = queue.Queue()
    threading.Thread(
        target=lambda: answers.put(_caught(address, limits, seconds)), daemon=True
    ).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise InputError(
            f"{address} did not send its picture within {seconds:g} seconds. "
            "Download it yourself and give the file."
        ) from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _caught(address: str, limits: Limits, seconds: float) -> bytes | Exception:
    try:
        return _follow(address, limits, seconds)
    except (InputError, MemoryError) as error:
        return error
    except HTTPError as error:
        return InputError(f"{address} answers {error.code} {error.reason}. Check the address.")
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        return InputError(f"{address} cannot be fetched: {reason}. Check the address.")


def _follow(address: str, limits: Limits, seconds: float) -> bytes:
    here = address
    for _ in range(REDIRECTS + 1):
        _check(here, came_from=address)
        response = _ask(_ascii(here), seconds)
        with response:
            if not 300 <= response.status < 400:
                return _body(response, address, limits)
            there = urljoin(here, response.headers.get("Location", ""))
        if urlsplit(here).scheme == "https" and urlsplit(there).scheme == "http":
            raise InputError(f"{address} leads from https to http: {there}. That is not followed.")
        here = there
    raise InputError(f"{address} leads on more than {REDIRECTS} times. Give the last address.")


def _check(address: str, came_from: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(
            f"{came_from} leads to {address!r}; only http and https addresses are fetched."
        )
    if parts.username is not None or parts.password is not None:
        raise InputError("Addresses with a user name or a password inside are not fetched.")


def _ascii(address: str) -> str:
    """As it goes over the wire: people paste addresses with letters of every alphabet."""
    parts = urlsplit(address)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    host = f"[{host}]" if ":" in host else host
    place = f"{host}:{parts.port}" if parts.port else host
    path, query = (quote(part, safe=SAFE) for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, place, path, query, ""))


def _ask(address: str, seconds: float) -> HTTPResponse:
    """One request, no redirect followed; a proxy named in the environment is used."""
    opener = request.OpenerDirector()
    for handler in (request.ProxyHandler(_proxies()), request.HTTPHandler, request.HTTPSHandler):
        opener.add_handler(handler() if isinstance(handler, type) else handler)
    answer: Any = opener.open(request.Request(address, headers=HEADERS), timeout=seconds)  # noqa: S310
    if answer is None:
        raise InputError(f"{address!r} cannot be fetched: only http and https are known here.")
    if answer.status >= 400:
        answer.close()
        raise HTTPError(address, answer.status, answer.reason, answer.headers, None)
    return answer  # type: ignore[no-any-return]


def _proxies() -> Mapping[str, str]:
    return {k: v for k, v in request.getproxies().items() if k in ("http", "https")}


def _body(response: HTTPResponse, address: str, limits: Limits) -> bytes:
    """Never more than the limit in memory, whatever the server says or sends."""
    data = bytearray()
    while chunk := response.read1(CHUNK):
        data += chunk
        if len(data) > limits.max_bytes:
            raise TooLarge(
                f"{address} sends more than {limits.max_bytes:,} bytes, the most that are "
                "accepted. Save the picture smaller."
            )
    return bytes(data)
