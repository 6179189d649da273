"""A video file -> its frames with their times, upright RGB uint8, within limits."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from unmask.errors import ConfigError, CorruptImage, MissingExtra, TooLarge, UnsupportedFormat
from unmask.types import Pixels

CONTAINERS = (
    "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,ogg,asf,gif,mxf,ivf,dv,rm,wtv,nut,"
    "h264,hevc,m4v,mpegvideo"
)
"""Real video files. Left out on purpose: playlists, which open other files and addresses, and
pictures, which the library would gladly play as videos of one frame."""


@dataclass(frozen=True)
class VideoLimits:
    """What is accepted from outside; `max_seconds` and `max_frames` end the reading without an error."""

    max_bytes: int = 4 * 1024**3
    max_pixels: int = 40_000_000
    max_frames: int = 100_000
    max_seconds: float = 4 * 3600.0


class Frame(NamedTuple):
    """`time` in seconds from the start, by the video's own clock."""

    time: float
    pixels: Pixels


def frames(
    path: Path, every: float | None = None, limits: VideoLimits = VideoLimits()
) -> Iterator[Frame]:
    """Key frames, or one frame every so many seconds; key frames alone cost a fraction of all.

    Raises an InputError that says what is wrong; the frames before the damage are still given.
    """
    if every is not None and not every > 0:
        raise ConfigError(f"One frame every {every} seconds was asked for; expected more than 0.")
    count, due = 0, 0.0
    for time, picture in decoded(path, every is None, limits):
        if time > limits.max_seconds or count >= limits.max_frames:
            return
        if every is not None:
            if time < due - 1e-6:
                continue
            due = ((time + 1e-6) // every + 1) * every
        count += 1
        yield Frame(time, upright(picture))


@contextmanager
def opened(path: Path, limits: VideoLimits = VideoLimits()) -> Iterator[tuple[Any, Any]]:
    """The container and its picture track; the errors of PyAV become ours."""
    _check_file(path, limits)
    av = pyav()
    options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
    try:
        with av.open(str(path.resolve()), options=options, metadata_errors="replace") as container:
            if not container.streams.video:
                raise UnsupportedFormat(f"{path.name} holds no picture track. Give a video.")
            stream = container.streams.video[0]
            _check_pixels(path, stream.codec_context, limits)
            stream.thread_type = "AUTO"
            yield container, stream
    except av.error.FFmpegError as error:
        # PyAV 14 and 18 have different classes for a container that is not in the list.
        if error.errno == errno.EINVAL:
            raise UnsupportedFormat(
                f"{path.name} is not a video of a known kind. Expected one of: "
                f"{CONTAINERS.replace(',', ', ')}."
            ) from error
        raise CorruptImage(
            f"{path.name} cannot be decoded ({error.strerror or error}): it is cut off, damaged "
            "or no video. Fetch or save it again."
        ) from error


def decoded(
    path: Path, keys_only: bool, limits: VideoLimits = VideoLimits()
) -> Iterator[tuple[float, Any]]:
    """Time and picture as PyAV gives them; `upright` makes pixels of one, which costs as much as decoding."""
    with opened(path, limits) as (container, stream):
        if keys_only:
            stream.codec_context.skip_frame = "NONKEY"
        rate = float(stream.average_rate or 25)
        # Broadcast recordings begin at any hour of their clock.
        start = float((stream.start_time or 0) * stream.time_base) if stream.time_base else 0.0
        for number, picture in enumerate(container.decode(stream)):
            _check_pixels(path, picture, limits)
            known = None if picture.time is None else max(float(picture.time) - start, 0.0)
            yield number / rate if known is None else known, picture


def upright(picture: Any) -> Pixels:
    """RGB, turned as the container asks: it tells degrees against the clock, as rot90 counts."""
    # One thread: more of them cost six times the processor time of such small work.
    pixels = picture.reformat(format="rgb24", threads=1).to_ndarray()
    return np.ascontiguousarray(np.rot90(pixels, round(picture.rotation / 90)))


def pyav() -> Any:
    """The library, or how to install it."""
    try:
        import av
    except ImportError:
        raise MissingExtra("Reading videos", "video") from None
    return av


def _check_file(path: Path, limits: VideoLimits) -> None:
    if not path.is_file():
        raise ConfigError(f"{path} is not a file. Give the path of a video file.")
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise TooLarge(
            f"{path.name} has {size:,} bytes; at most {limits.max_bytes:,} are accepted. "
            "Cut it or raise the limit."
        )


def _check_pixels(path: Path, sized: Any, limits: VideoLimits) -> None:
    if sized.width * sized.height > limits.max_pixels:
        raise TooLarge(
            f"The frames of {path.name} have {sized.width} x {sized.height} pixels; at most "
            f"{limits.max_pixels:,} are accepted. Scale the video down or raise the limit."
        )
