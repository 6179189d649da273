"""Settings in, the ASGI application out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from unmask import __version__
from unmask.apps.server import analyze, docs, job_routes, page, status, stream
from unmask.apps.server.callers import key_required
from unmask.apps.server.problems import Problem, from_error
from unmask.apps.server.service import Service
from unmask.apps.server.shell import Shell
from unmask.errors import UnmaskError

ABOUT = """Is this face real? Calibrated, explained and checkable answers about pictures.

Frames of a camera go over the WebSocket `/v1/stream?detector=...&false_alarm_rate=...&faces=...&rolling=...`,
which this format cannot describe: binary messages in, one text message for each frame that was
looked at out, in the form of the schema `StreamAnswer`.
"""
DETAILS = {
    "not_found": "Nothing is at this path. /docs shows what there is.",
    "method_not_allowed": "This path takes other methods; the header Allow names them.",
}
BY_STATUS = {400: "bad_request", 404: "not_found", 405: "method_not_allowed"}


def create_app(service: Service) -> FastAPI:
    app = FastAPI(
        title="unmask",
        version=__version__,
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.service = service
    for module in (analyze, job_routes, status, stream, page):
        app.include_router(module.router)
    app.openapi = _document(app, service)  # type: ignore[method-assign]
    _handle_errors(app)
    if service.settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(service.settings.origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
            expose_headers=["X-Request-ID", "Retry-After", "Location"],
        )
    app.add_middleware(Shell, service=service)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    await service.start()
    try:
        yield
    finally:
        await service.stop()


def _document(app: FastAPI, service: Service) -> Any:
    made: dict[bool, dict[str, Any]] = {}

    def openapi() -> dict[str, Any]:
        locked = key_required(service)
        if locked not in made:
            made[locked] = docs.document(app, locked)
        return made[locked]

    return openapi


def _handle_errors(app: FastAPI) -> None:
    """Every error becomes a problem document here, once."""

    def answer(request: Request, problem: Problem) -> Response:
        service: Service = request.app.state.service
        service.metrics.rejected.labels(problem.code).inc()
        request.state.fields |= {"code": problem.code}
        if problem.__cause__:
            request.state.fields |= {"cause": str(problem.__cause__)}
        return problem.response(request.state.request_id)

    @app.exception_handler(Problem)
    async def problem(request: Request, error: Problem) -> Response:
        return answer(request, error)

    @app.exception_handler(UnmaskError)
    async def unmask_error(request: Request, error: UnmaskError) -> Response:
        return answer(request, from_error(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return answer(request, Problem("invalid_request", _told(error)))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        code = BY_STATUS.get(error.status_code, "bad_request")
        detail = DETAILS.get(code, str(error.detail))
        return answer(request, Problem(code, detail, headers=error.headers))


def _told(error: RequestValidationError) -> str:
    """Which parameter, and what was expected; not what came, which may be anything."""
    return "; ".join(
        f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}"
        for found in error.errors()[:5]
    )
