"""What a server may be told: one frozen object, read by all its parts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from unmask.errors import ConfigError
from unmask.types import DEFAULT_DETECTOR, Limits

MEBI = 1024 * 1024
RATES = ("0.001", "0.01", "0.05")


@dataclass(frozen=True)
class Bounds:
    """How much of anything there may be at once; beyond it the answer is 429, at once."""

    pictures: Limits = Limits(max_bytes=20 * MEBI, max_pixels=50_000_000)
    frame: int = 8 * MEBI
    waiting: int = 32
    uploads: int = 128
    upload_memory: int = 256 * MEBI
    connections: int = 1000
    streams: int = 8
    streams_each: int = 4
    per_minute: int = 600
    burst: int = 100
    wrong_keys_per_minute: int = 20


@dataclass(frozen=True)
class Patience:
    """How many seconds anything may take."""

    head: float = 10
    idle: float = 10
    upload: float = 60
    job_upload: float = 900
    analysis: float = 30
    start: float = 60
    write: float = 60
    fetch: float = 15
    stream_idle: float = 60
    stop: float = 10


@dataclass(frozen=True)
class JobBounds:
    """How large a job may be, how much waits on disk, and how long answers are kept."""

    pictures: int = 1000
    upload: int = 512 * MEBI
    unpacked: int = 1024 * MEBI
    on_disk: int = 4096 * MEBI
    unfinished: int = 20
    keep_days: float = 7


@dataclass(frozen=True)
class ServerSettings:
    """The defaults are the safe choices; `unmask serve --help` says what each is for."""

    state: Path
    detectors: tuple[str, ...] = (DEFAULT_DETECTOR,)
    false_alarm_rate: float = 0.01
    faces: bool = True
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    bounds: Bounds = Bounds()
    patience: Patience = Patience()
    jobs: JobBounds = JobBounds()
    cached_answers: int = 1000
    keys_required: bool | None = None
    """None: as soon as there is a key."""
    fetch: bool = False
    origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


def private_folder(path: Path) -> Path:
    """Makes the folder, or takes it when it is ours alone; anything else is refused."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name == "posix":
        found = path.stat()
        if found.st_uid != os.getuid():
            raise ConfigError(f"{path} belongs to another user. Give a folder of your own.")
        if found.st_mode & 0o077:
            path.chmod(0o700)
    return path


def is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
