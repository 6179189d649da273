"""Nothing in, a new folder out for files that a page offers; those of an hour ago are removed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

KEPT = 3600
"""Seconds after which uploads and reports are removed."""


def folder() -> Path:
    """Readable by this user alone. Gradio serves copies from its cache, so what is old can go."""
    shelf = Path(tempfile.gettempdir()) / f"unmask-{os.getpid()}"
    for old in shelf.glob("*"):
        if old.stat().st_mtime < time.time() - KEPT:
            shutil.rmtree(old, ignore_errors=True)
    shelf.mkdir(mode=0o700, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=shelf))
