"""Tasks for worker processes in tests: they must be importable there."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from unmask.batch.workers import Task


def echo() -> Task:
    return lambda name: {"name": name, "worker": os.getpid()}


def deadly() -> Task:
    """Ends its process, as native code that crashes does, at every name that begins with `die`."""

    def answer(name: str) -> dict:
        if name.startswith("die"):
            os.kill(os.getpid(), signal.SIGKILL)
        return {"name": name}

    return answer


def once(folder: str) -> Task:
    """Ends its process the first time it meets a name, never again."""

    def answer(name: str) -> dict:
        mark = Path(folder, name)
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return {"name": name}

    return answer


def stuck() -> Task:
    def answer(name: str) -> dict:
        if name == "stuck":
            time.sleep(600)
        return {"name": name}

    return answer


def broken() -> Task:
    raise ValueError("no detector here")


def stillborn() -> Task:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("never reached")


def lost(name: str, what: str) -> dict:
    return {"name": name, "lost": what}
