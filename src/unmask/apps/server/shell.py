"""What every request passes through: a name for it, who may ask at all, safe headers, a log line, numbers."""

from __future__ import annotations

import re
import secrets
import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from unmask.apps.server.logs import log
from unmask.apps.server.problems import Problem
from unmask.apps.server.service import Service

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
HEALTH = ("/healthz", "/readyz")
"""Whoever looks after the server asks by its number; there is nothing here to keep from others."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Shell:
    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        id_ = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {}).update(request_id=id_, fields={}, caller=None)
        if scope["type"] == "http" and scope["method"] == "HEAD":
            # The connection knows that it was HEAD, and sends no body.
            scope = {**scope, "method": "GET"}
        await _Passage(self, scope, send).go(receive, self._refusal(scope, headers))

    @property
    def app(self) -> ASGIApp:
        return self._app

    def _refusal(self, scope: Scope, headers: Headers) -> Problem | None:
        """Against pages elsewhere that make a browser ask in its owner's name."""
        settings, host = self._service.settings, headers.get("host", "")
        asks_health = scope["path"] in HEALTH
        if settings.hosts and _name(host) not in settings.hosts and not asks_health:
            return Problem("host_refused", "This server does not answer to that name.")
        origin = headers.get("origin")
        harmless = scope["type"] == "http" and scope["method"] in SAFE_METHODS
        if origin is None or harmless or origin in settings.origins:
            return None
        if urlsplit(origin).netloc == host and host:
            return None
        return Problem("origin_refused", "The server's owner has not allowed this origin.")

    def note(self, scope: Scope, status: int, seconds: float, error: Exception | None) -> None:
        """The template of the path, not the path; the name of the key, not the key."""
        state, route = scope["state"], getattr(scope.get("route"), "path", "none")
        method = scope.get("method", "WEBSOCKET")
        method = method if method in (*SAFE_METHODS, "POST", "DELETE", "WEBSOCKET") else "OTHER"
        self._service.metrics.requests.labels(method, route, status).inc()
        self._service.metrics.latency.labels(route).observe(seconds)
        fields = {
            "request_id": state["request_id"],
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "caller": state["caller"],
            **state["fields"],
        }
        level = log.error if error else log.info
        level("request", extra={"fields": fields}, exc_info=error)

    def count(self, code: str) -> None:
        self._service.metrics.rejected.labels(code).inc()


class _Passage:
    """One request on its way through."""

    def __init__(self, shell: Shell, scope: Scope, send: Send) -> None:
        self._shell, self._scope, self._out = shell, scope, send
        self._status = 0

    async def go(self, receive: Receive, refusal: Problem | None) -> None:
        begun, error = time.perf_counter(), None
        try:
            if refusal:
                await self._refuse(refusal, receive)
            else:
                await self._shell.app(self._scope, receive, self._send)
        except Exception as found:
            error = found
            if self._status or self._scope["type"] == "websocket":
                raise
            await self._refuse(Problem("internal_error", "The server failed."), receive)
        finally:
            self._shell.note(self._scope, self._status, time.perf_counter() - begun, error)

    async def _refuse(self, problem: Problem, receive: Receive) -> None:
        self._shell.count(problem.code)
        response = problem.response(self._scope["state"]["request_id"])
        if self._scope["type"] == "websocket":
            await receive()
            await self._send({"type": "websocket.close", "code": 1008})
            return
        await response(self._scope, receive, self._send)

    async def _send(self, message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers["X-Request-ID"] = self._scope["state"]["request_id"]
        elif message["type"] == "websocket.accept":
            self._status = 101
        elif message["type"] == "websocket.close" and not self._status:
            self._status = 403
        await self._out(message)


def _name(host: str) -> str:
    """The host without its port; `[::1]:8000` -> `::1`."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
