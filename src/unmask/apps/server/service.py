"""All parts of one server, put together once; a wish and bytes in, an answer out."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unmask.apps.server.addresses import Rules
from unmask.apps.server.cache import Cache
from unmask.apps.server.fetch import Fetcher
from unmask.apps.server.jobs import Jobs
from unmask.apps.server.keys import Keys
from unmask.apps.server.limits import Buckets, Intake
from unmask.apps.server.logs import log
from unmask.apps.server.metrics import Metrics
from unmask.apps.server.options import Options
from unmask.apps.server.problems import Problem
from unmask.apps.server.seats import Seats
from unmask.apps.server.settings import ServerSettings, private_folder
from unmask.apps.server.workers import COMMAND, Workers
from unmask.errors import UnmaskError

SHA256 = re.compile(r"[0-9a-f]{64}")
HASH_ALOUD = 1 << 20
"""Above this size hashing is done in a thread: it would hold up everybody else."""


@dataclass(frozen=True)
class Answer:
    """What a worker said, and the name of the picture it said it about."""

    sha256: str
    summary: dict[str, Any]
    block: bytes


class Service:
    """Started before the first request, stopped after the last."""

    def __init__(
        self,
        settings: ServerSettings,
        rules: Rules = Rules(),  # noqa: B008 - frozen
        command: Sequence[str] = COMMAND,
    ) -> None:
        private_folder(settings.state)
        bounds, patience = settings.bounds, settings.patience
        self.settings = settings
        self.metrics = Metrics()
        self.keys = Keys(settings.state)
        self.cache = Cache(settings.cached_answers)
        self.intake = Intake(bounds.uploads, bounds.upload_memory)
        self.addresses = Buckets(bounds.per_minute, bounds.burst)
        self.callers = Buckets(bounds.per_minute, bounds.burst)
        self.wrong_keys = Buckets(bounds.wrong_keys_per_minute, bounds.wrong_keys_per_minute)
        self.fetcher = Fetcher(bounds.pictures.max_bytes, patience.fetch, rules)
        self.workers = Workers(settings, self._told, command)
        self.jobs = Jobs(self)
        self.streams = Seats(bounds.streams, bounds.streams_each, settings.workers)
        self.ready = False
        self.failure: UnmaskError | None = None

    async def start(self) -> None:
        try:
            await self.workers.start()
            self.metrics.introduce(self.workers.detectors)
            await self.jobs.start()
        except UnmaskError as error:
            self.failure = error
            await self.workers.stop()
            raise
        self.ready = True
        log.info("started", extra={"fields": {"detectors": self.settings.detectors}})

    async def stop(self) -> None:
        self.ready = False
        await self.jobs.stop()
        await self.workers.stop()
        log.info("stopped")

    @property
    def keys_required(self) -> bool:
        """From the first key on, even if it is revoked: its maker did not want to serve everybody."""
        said = self.settings.keys_required
        return bool(self.keys.all()) if said is None else said

    def wish(self, kind: str, asked: Options) -> dict[str, Any]:
        if not self.ready:
            raise Problem("not_ready", "The server is starting or stopping.", retry_after=2)
        return asked.wish(kind, self.settings, [d["name"] for d in self.workers.detectors])

    async def ask(
        self, caller: str, wish: dict[str, Any], data: bytes, *, urgent: bool = True
    ) -> Answer:
        """From the cache, or from a worker; counted either way."""
        sha256 = await digest(data)
        known = self.cache.get(caller, sha256, wish)
        self.metrics.cache.labels("hit" if known else "miss").inc()
        if known is None:
            known = await self.workers.ask(wish, data, urgent)
            self.metrics.model_seconds.labels(wish["kind"]).observe(known[0]["seconds"])
            if wish["kind"] == "analyze":
                self.cache.put(caller, sha256, wish, known)
        self.metrics.judged(wish, known[0])
        return Answer(sha256, *known)

    def earlier(self, caller: str, sha256: str, wish: dict[str, Any]) -> Answer:
        known = self.cache.get(caller, sha256, wish)
        self.metrics.cache.labels("hit" if known else "miss").inc()
        if known is None:
            raise Problem(
                "not_found",
                "No answer about this picture with these options is kept. Send the picture.",
            )
        return Answer(sha256, *known)

    def check_room(self) -> None:
        """Before an upload is read: no use in reading what cannot be judged."""
        if not self.workers.ready:
            raise Problem("not_ready", "No worker is ready.", retry_after=2)
        if self.workers.lanes.full:
            raise Problem(
                "overloaded", "Enough requests are waiting. Try again later.", retry_after=1
            )

    def text_of_metrics(self) -> bytes:
        m = self.metrics
        m.queue.set(self.workers.lanes.waiting)
        m.uploads.set(self.intake.uploads)
        m.upload_bytes.set(self.intake.bytes)
        m.workers.set(self.workers.ready)
        m.streams.set(len(self.streams))
        m.jobs_waiting.set(self.jobs.waiting)
        return m.text()

    def _told(self, event: str, facts: dict[str, Any]) -> None:
        if event == "taken":
            self.metrics.queue_seconds.observe(facts["waited"])
            return
        if event == "worker_replaced":
            self.metrics.replaced.labels(facts["cause"]).inc()
        log.warning(event, extra={"fields": facts})


async def digest(data: bytes) -> str:
    if len(data) < HASH_ALOUD:
        return hashlib.sha256(data).hexdigest()
    return await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
