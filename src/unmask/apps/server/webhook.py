"""An ended job in, one signed POST out: who receives it can prove that it came from here."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from unmask.apps.server.fetch import Fetcher
from unmask.apps.server.problems import Problem

PAUSES = (0.0, 2.0, 10.0, 60.0, 300.0)
"""Seconds before each try."""


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, id_: str, stamp: int, body: bytes) -> str:
    """As the Standard Webhooks specification has it: HMAC-SHA256 over id, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{id_}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


async def tell(fetcher: Fetcher, job: dict[str, Any], pauses: tuple[float, ...] = PAUSES) -> bool:
    """Whether it was taken, in the end; the id stays the same on every try."""
    keys = ("id", "state", "total", "answered", "failed")
    body = json.dumps({"type": "job.ended", "job": {k: job[k] for k in keys}}).encode()
    for pause in pauses:
        await asyncio.sleep(pause)
        stamp = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "Webhook-Id": job["id"],
            "Webhook-Timestamp": str(stamp),
            "Webhook-Signature": signature(job["secret"], job["id"], stamp, body),
        }
        try:
            if 200 <= await fetcher.post(job["webhook"], body, headers) < 300:
                return True
        except (Problem, TimeoutError):
            continue
    return False
