"""A camera, a stream or a file in, its newest frame out: old frames are dropped, never queued."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Condition, Thread
from typing import Any, NamedTuple

from unmask.errors import ConfigError, InputError
from unmask.video.frames import Frame, VideoLimits, decoded, pyav, upright

SCHEMES = ("rtsp://", "rtsps://")
PATIENCE = 10.0
"""Seconds that a stream may be silent."""


class Newest(NamedTuple):
    """`dropped`: frames that nobody looked at, since the beginning."""

    frame: Frame
    dropped: int


def newest(frames: Iterable[Frame]) -> Iterator[Newest]:
    """Reads in a thread of its own, as fast as frames come; gives the latest each time it is asked."""
    slot = _Slot()
    reader = Thread(target=slot.fill, args=(frames,), name="unmask-capture", daemon=True)
    reader.start()
    try:
        while (found := slot.take()) is not None:
            yield found
    finally:
        slot.close()
        reader.join(PATIENCE)


def played(path: Path, limits: VideoLimits = VideoLimits()) -> Iterator[Frame]:
    """A file at the pace of its own clock, as a camera would give it."""
    began = time.monotonic()
    for at, picture in decoded(path, False, limits):
        wait = began + at - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        yield Frame(at, upright(picture))


def camera(number: int) -> Iterator[Frame]:
    """Frames of a camera of this machine, through what the system offers."""
    systems = {
        "linux": (f"/dev/video{number}", "v4l2"),
        "darwin": (str(number), "avfoundation"),
    }
    if sys.platform not in systems:
        raise ConfigError(f"Cameras cannot be opened on {sys.platform}: give --source instead.")
    name, form = systems[sys.platform]
    yield from _opened(f"Camera {number}", name, form)


def stream(address: str) -> Iterator[Frame]:
    """Frames of an RTSP address that the user named."""
    if not address.startswith(SCHEMES):
        raise ConfigError(f"{address} is not a stream. Give rtsp:// or a file.")
    yield from _opened(address, address, None)


def _opened(shown: str, name: str, form: str | None) -> Iterator[Frame]:
    av = pyav()
    began = time.monotonic()
    try:
        with av.open(name, format=form, timeout=PATIENCE) as container:
            for picture in container.decode(video=0):
                yield Frame(time.monotonic() - began, upright(picture))
    except av.error.FFmpegError as error:
        raise InputError(
            f"{shown} cannot be read ({error.strerror or error}). Look whether it is there, "
            "allowed and not in use."
        ) from error


class _Slot:
    """Room for one frame, and for what ended the reading."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._frame: Frame | None = None
        self._dropped = 0
        self._ended = False
        self._failure: Exception | None = None

    def fill(self, frames: Iterable[Frame]) -> None:
        failure = None
        try:
            for frame in frames:
                if not self._put(frame):
                    break
        except Exception as error:
            failure = error
        with self._changed:
            self._failure, self._ended = failure, True
            self._changed.notify_all()

    def _put(self, frame: Frame) -> bool:
        with self._changed:
            self._dropped += self._frame is not None
            self._frame = frame
            self._changed.notify_all()
            return not self._ended

    def take(self) -> Newest | None:
        with self._changed:
            self._changed.wait_for(self._ready)
            frame, self._frame = self._frame, None
            if frame is not None:
                return Newest(frame, self._dropped)
            if self._failure is not None:
                raise self._failure
            return None

    def _ready(self) -> Any:
        return self._frame is not None or self._ended

    def close(self) -> None:
        with self._changed:
            self._ended = True
