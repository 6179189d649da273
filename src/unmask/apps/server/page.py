"""The page that shows the OpenAPI document, and all it needs, from this server alone."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import JSONResponse, RedirectResponse

from unmask.apps.server.callers import counted
from unmask.errors import MissingExtra

router = APIRouter(include_in_schema=False, dependencies=[Depends(counted)])

# Everything the page needs comes from this server: it works without any network, and its policy
# lets it load nothing else.
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>unmask: the interface</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>
</body></html>
"""
START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true});\n'
PAGE_POLICY = (
    "default-src 'none'; connect-src 'self'; script-src 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/")
async def root() -> Response:
    return RedirectResponse("/docs")


@router.get("/docs")
async def page() -> Response:
    return _shown(PAGE.encode(), "text/html; charset=utf-8")


@router.get("/docs/start.js")
async def start() -> Response:
    return _shown(START.encode(), "text/javascript")


@router.get("/docs/swagger-ui-bundle.js")
async def script() -> Response:
    return _shown(_file("swagger-ui-bundle.js"), "text/javascript")


@router.get("/docs/swagger-ui.css")
async def style() -> Response:
    return _shown(_file("swagger-ui.css"), "text/css")


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    return JSONResponse(request.app.openapi())


def _shown(data: bytes, kind: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Security-Policy": PAGE_POLICY})


@cache
def _file(name: str) -> bytes:
    try:
        return files("fastapi_swagger").joinpath("resources", name).read_bytes()
    except ModuleNotFoundError:
        raise MissingExtra("The page about the interface", "serve") from None
