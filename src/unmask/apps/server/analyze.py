"""The routes that judge one picture: analyse, look up, explain, report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from unmask.apps.server import docs, schemas
from unmask.apps.server.callers import Who, service_of
from unmask.apps.server.options import Asked, Options, ReportOptions
from unmask.apps.server.pictures import picture
from unmask.apps.server.service import Answer

router = APIRouter(prefix="/v1", tags=["pictures"])

REPORT_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"


@router.post(
    "/analyze",
    summary="Is this face real?",
    responses=docs.analysis(),
    openapi_extra=schemas.PICTURE_BODY,
)
async def analyze(request: Request, asked: Asked, who: Who) -> Response:
    answer = await _judge(request, who.name, asked, "analyze")
    return Response(answer.block, media_type="application/json")


@router.get("/analyze/{sha256}", summary="An earlier answer", responses=docs.analysis())
async def earlier(
    request: Request,
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="Of the file's bytes.")],
    asked: Asked,
    who: Who,
) -> Response:
    service = service_of(request)
    answer = service.earlier(who.name, sha256, service.wish("analyze", asked))
    _note(request, answer)
    return Response(answer.block, media_type="application/json")


@router.post(
    "/explain",
    summary="Where did the detector look?",
    responses=docs.binary("image/png"),
    response_class=Response,
    openapi_extra=schemas.PICTURE_BODY,
)
async def explain(request: Request, asked: Asked, who: Who) -> Response:
    answer = await _judge(request, who.name, asked, "explain")
    return Response(answer.block, media_type="image/png")


@router.post(
    "/report",
    summary="The answer as a page or a document",
    responses=docs.binary("text/html", "application/pdf"),
    response_class=Response,
    openapi_extra=schemas.PICTURE_BODY,
)
async def report(request: Request, asked: Annotated[ReportOptions, Query()], who: Who) -> Response:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    answer = await _judge(
        request, who.name, asked, "report", format=asked.format, name=asked.name, time=now
    )
    kind = "application/pdf" if asked.format == "pdf" else "text/html; charset=utf-8"
    headers = {"Content-Security-Policy": REPORT_POLICY}
    return Response(answer.block, media_type=kind, headers=headers)


async def _judge(request: Request, caller: str, asked: Options, kind: str, **more: str) -> Answer:
    service = service_of(request)
    wish = {**service.wish(kind, asked), **more}
    async with picture(request, service) as data:
        answer = await service.ask(caller, wish, data)
    _note(request, answer)
    return answer


def _note(request: Request, answer: Answer) -> None:
    """What the log may know."""
    request.state.fields |= {"sha256": answer.sha256, "label": answer.summary["label"]}
