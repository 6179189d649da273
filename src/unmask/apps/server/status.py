"""The routes that tell about the server itself: detectors, health, version, metrics."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from unmask import __version__
from unmask.apps.server import docs
from unmask.apps.server.callers import Who, service_of
from unmask.apps.server.problems import Problem
from unmask.reports.schema import VERSION

router = APIRouter(tags=["server"])


class Share(BaseModel):
    """A share that was measured, with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int


class PolicyOffer(BaseModel):
    """Where the answers begin, and how often that was wrong."""

    false_alarm_budget: float
    fake_above: float
    real_below: float
    min_face_pixels: int
    false_alarm_rate: Share
    miss_rate: Share


class DetectorOffer(BaseModel):
    """A detector on offer; `name` is what requests call it."""

    name: str
    version: str
    sha256: str
    policies: list[PolicyOffer]


class DetectorList(BaseModel):
    detectors: list[DetectorOffer]


class Health(BaseModel):
    status: str


class Version(BaseModel):
    version: str
    schema_version: int


@router.get("/v1/detectors", summary="What is on offer", responses=docs.REFUSALS)
async def detectors(request: Request, _: Who) -> DetectorList:
    known: list[dict[str, Any]] = service_of(request).workers.detectors
    return DetectorList.model_validate({"detectors": known})


@router.get("/healthz", summary="Does the process live?", responses=docs.FEW_REFUSALS)
async def healthz() -> Health:
    return Health(status="alive")


@router.get("/readyz", summary="Can it answer now?", responses=docs.FEW_REFUSALS)
async def readyz(request: Request) -> Health:
    service = service_of(request)
    if not service.ready or not service.workers.ready:
        raise Problem("not_ready", "No worker is ready.", retry_after=2)
    return Health(status="ready")


@router.get("/version", summary="Which unmask is this?", responses=docs.FEW_REFUSALS)
async def version() -> Version:
    return Version(version=__version__, schema_version=VERSION)


@router.get(
    "/metrics",
    summary="For Prometheus",
    responses=docs.binary("text/plain"),
    response_class=Response,
)
async def metrics(request: Request, _: Who) -> Response:
    return Response(service_of(request).text_of_metrics(), media_type=CONTENT_TYPE_LATEST)
