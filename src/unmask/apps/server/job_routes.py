"""The routes for many pictures at once: hand in, progress, answers, cancel, forget."""

from __future__ import annotations

import asyncio
import json
import shutil
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from unmask.apps.server import body, docs, schemas
from unmask.apps.server.archive import label, too_many, unpack
from unmask.apps.server.body import Pace
from unmask.apps.server.callers import Who, service_of
from unmask.apps.server.limits import Hold
from unmask.apps.server.multipart import parts
from unmask.apps.server.options import JobOptions
from unmask.apps.server.pictures import held, json_body, media_type
from unmask.apps.server.problems import Problem
from unmask.apps.server.service import Service
from unmask.apps.server.store import Item
from unmask.apps.server.webhook import new_secret

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

JobId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
ARCHIVES = ("application/zip", "application/x-zip-compressed")


class Job(BaseModel):
    """How far a job is."""

    id: str
    state: str
    total: int
    answered: int
    failed: int
    created: datetime
    ended: datetime | None
    webhook_secret: str | None = None


@router.post(
    "",
    status_code=202,
    summary="Many pictures at once",
    responses=docs.ALL_REFUSALS,
    openapi_extra=schemas.JOB_BODY,
)
async def hand_in(
    request: Request, response: Response, asked: Annotated[JobOptions, Query()], who: Who
) -> Job:
    service = service_of(request)
    wish = service.wish("analyze", asked)
    _check_webhook(service, asked.webhook)
    id_ = uuid.uuid4().hex
    secret = new_secret() if asked.webhook else None
    job = {"id": id_, "owner": who.name, "wish": json.dumps(wish)}
    async with service.jobs.arrival(who.name) as disk:
        await _take(request, service, disk, {**job, "webhook": asked.webhook, "secret": secret})
    service.jobs.wake()
    response.headers["Location"] = f"/v1/jobs/{id_}"
    request.state.fields |= {"job": id_}
    status = _job(await service.jobs.status(id_, who.name))
    return status.model_copy(update={"webhook_secret": secret})


@router.get("/{job}", summary="Progress", responses=docs.REFUSALS)
async def progress(request: Request, job: JobId, who: Who) -> Job:
    return _job(await service_of(request).jobs.status(job, who.name))


@router.get(
    "/{job}/results",
    summary="The answers so far, one a line",
    responses=docs.binary("application/jsonl"),
    response_class=Response,
)
async def results(
    request: Request,
    job: JobId,
    who: Who,
    skip: Annotated[int, Query(ge=0, le=1_000_000, description="Lines that you have already.")] = 0,
    follow: Annotated[bool, Query(description="Stay until the job has ended.")] = False,
) -> Response:
    jobs = service_of(request).jobs
    await jobs.status(job, who.name)
    return StreamingResponse(jobs.lines(job, skip, follow), media_type="application/jsonl")


@router.post("/{job}/cancel", summary="Stop", responses=docs.REFUSALS | docs.conflict())
async def cancel(request: Request, job: JobId, who: Who) -> Job:
    jobs = service_of(request).jobs
    if (await jobs.status(job, who.name))["state"] != "running":
        raise Problem("conflict", "The job has ended already.")
    await jobs.cancel(job)
    return _job(await jobs.status(job, who.name))


@router.delete(
    "/{job}", status_code=204, summary="Stop and forget everything", responses=docs.REFUSALS
)
async def forget(request: Request, job: JobId, who: Who) -> None:
    jobs = service_of(request).jobs
    await jobs.status(job, who.name)
    await jobs.forget(job)


def _job(status: dict[str, Any]) -> Job:
    times = {
        key: None if status[key] is None else datetime.fromtimestamp(status[key], UTC)
        for key in ("created", "ended")
    }
    return Job(**{k: status[k] for k in ("id", "state", "total", "answered", "failed")}, **times)


def _check_webhook(service: Service, address: str | None) -> None:
    if address is None:
        return
    if not service.settings.fetch:
        raise Problem("fetch_off", "This server asks no addresses, so it has no webhooks.")
    service.fetcher.rules.split(address)


async def _take(request: Request, service: Service, disk: Hold, job: dict[str, Any]) -> None:
    """Keeps the pictures, then the job; when anything goes wrong, neither."""
    folder = service.jobs.store.folder(job["id"])
    folder.mkdir(mode=0o700)
    try:
        with service.intake.open() as hold:
            items = _some(await _items(request, service, folder, (hold, disk)))
        await service.jobs.do(lambda: service.jobs.store.add(job, items))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _some(items: list[Item]) -> list[Item]:
    if not items:
        raise Problem("invalid_request", "The job holds no picture.")
    return items


async def _items(
    request: Request, service: Service, folder: FilePath, holds: tuple[Hold, Hold]
) -> list[Item]:
    s, (hold, disk) = service.settings, holds
    pace = Pace(s.jobs.upload, s.patience.job_upload, s.patience.idle)
    kind = media_type(request)
    if kind == "multipart/form-data":
        return [item async for item in _from_form(request, service, folder, (pace, *holds))]
    if kind in ARCHIVES:
        return await _from_archive(request, service, folder, (pace, disk))
    if kind == "application/json":
        return _from_addresses(await json_body(request, pace, hold), service)
    raise Problem(
        "unsupported_format",
        'Send the pictures as multipart/form-data, as application/zip, or {"urls": [...]} as '
        "application/json.",
    )


async def _from_form(
    request: Request, service: Service, folder: FilePath, how: tuple[Pace, Hold, Hold]
) -> AsyncIterator[Item]:
    """One picture in memory at a time; each goes to its file as soon as it is whole."""
    pace, hold, disk = how
    settings, number = service.settings, 0
    most = settings.bounds.pictures.max_bytes
    pieces = held(body.chunks(request, pace), hold)
    async for part in parts(pieces, request.headers["content-type"], most):
        if part.filename is None:
            raise Problem("invalid_request", "The form must hold files only.")
        if number == settings.jobs.pictures:
            raise too_many(settings.jobs.pictures)
        disk.take(len(part.data))
        await asyncio.to_thread(_keep, folder / str(number), bytes(part.data))
        hold.give_back(len(part.data))
        yield Item(number, label(part.filename), len(part.data))
        number += 1


async def _from_archive(
    request: Request, service: Service, folder: FilePath, how: tuple[Pace, Hold]
) -> list[Item]:
    """Room for all that it may unpack to is taken before it is known how much that is."""
    s, path, (pace, disk) = service.settings, folder / "archive", how
    with path.open("xb") as file:
        async for chunk in body.chunks(request, pace):
            disk.take(len(chunk))
            await asyncio.to_thread(file.write, chunk)
    disk.take(s.jobs.unpacked)
    items = await asyncio.to_thread(unpack, path, folder, s.jobs, s.bounds.pictures.max_bytes)
    path.unlink()
    return items


def _from_addresses(wish: dict[str, Any], service: Service) -> list[Item]:
    urls, most = wish.get("urls"), service.settings.jobs.pictures
    if set(wish) != {"urls"} or not isinstance(urls, list):
        raise Problem("invalid_request", 'The JSON body must be {"urls": [...]}.')
    if not all(isinstance(url, str) and len(url) <= 2000 for url in urls):
        raise Problem("invalid_request", "Each of `urls` must be a text of at most 2000 letters.")
    if len(urls) > most:
        raise too_many(most)
    if not service.settings.fetch:
        raise Problem("fetch_off", "This server fetches no addresses: send the pictures.")
    return [Item(n, url, 0, url) for n, url in enumerate(urls)]


def _keep(path: FilePath, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
