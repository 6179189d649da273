"""Events in, one line of JSON each out; hashes and names may pass, pictures and keys never do."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

log = logging.getLogger("unmask.server")

SILENT = logging.CRITICAL + 1


class Lines(logging.Formatter):
    """`extra={"fields": {...}}` become the keys of the line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            # uvicorn hands over whole tracebacks as messages; those may hold what a client sent.
            "event": record.getMessage().partition("\n")[0],
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = type(record.exc_info[1]).__name__
            line["at"] = places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True, default=str)


def begin(stream: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Takes over the server's and uvicorn's loggers; uvicorn's own access lines hold whole paths."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    for name in ("unmask.server", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level if name == "unmask.server" else max(level, logging.WARNING))
    logging.getLogger("uvicorn.access").setLevel(SILENT)


def places(error: BaseException) -> list[str]:
    """Where it went wrong, without the message, which may hold what a client sent."""
    found = traceback.extract_tb(error.__traceback__)
    return [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in found[-8:]]
