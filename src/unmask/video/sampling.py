"""A video -> the frames worth looking at: cuts and key frames first, neighbours where there are faces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from unmask.errors import ConfigError
from unmask.types import Pixels
from unmask.video.frames import VideoLimits, decoded, opened, upright

MOST = 240
"""Frames taken of a clip unless told otherwise: enough for its median, whatever its length."""
CLOSEST = 0.5
"""Seconds: samples nearer than this say the same thing again, save for neighbours."""
NEIGHBOURS = 0.9
"""Seconds between two pairs of neighbours."""
LONG = 300.0
"""Seconds from which key frames alone are read, where there are enough of them."""
DENSE = 5
"""Key frames in the first minute that are enough."""
FOR_KEYS, FOR_CUTS, FOR_NEIGHBOURS = 0.6, 0.8, 0.95
"""Of the frames that may be taken up to some moment: how many may have been, so that a key frame,
a cut or a neighbour may still come on top of the steady step."""
SHORTEST_SHOT = 0.25
"""Seconds that a shot must last to be looked at from its beginning: flashes are no shots."""
LOOK_EVERY = 0.12
"""Seconds between two looks for a cut."""
CUT = 28.0
"""Mean change of brightness, of 255, between two looks that is a cut; twice that of a fast pan."""
HDR = {16: "PQ", 18: "HLG"}
"""Transfer curves by the numbers of ITU-T H.273."""


@dataclass(frozen=True)
class SamplePlan:
    """`every` seconds, or as it suits the clip; `keys_only` None chooses by the clip's length.

    Nothing here depends on what a detector says: frames chosen by their score would bend the
    false-alarm rate.
    """

    every: float | None = None
    max_frames: int | None = None
    keys_only: bool | None = None

    def __post_init__(self) -> None:
        if self.every is not None and not self.every > 0:
            raise ConfigError(f"One frame every {self.every} seconds came; expected more than 0.")
        if self.max_frames is not None and self.max_frames < 1:
            raise ConfigError(f"At most {self.max_frames} frames came; expected at least 1.")
        if self.every is not None and self.keys_only:
            raise ConfigError("Key frames come when they come: leave out either `every` or them.")


@dataclass(frozen=True)
class Facts:
    """What the container tells before a picture is decoded; `seconds` None where it does not."""

    seconds: float | None
    dense_keys: bool
    hdr: str


class Sample(NamedTuple):
    """`cut`: another shot began since the sample before."""

    time: float
    pixels: Pixels
    cut: bool


def read_facts(path: Path, limits: VideoLimits = VideoLimits()) -> Facts:
    with opened(path, limits) as (container, stream):
        seconds = container.duration / 1_000_000 if container.duration else None
        hdr = HDR.get(int(stream.codec_context.color_trc or 0), "")
        dense = False
        if seconds is None or seconds > LONG:
            packets = (p for p in container.demux(stream) if p.pts is not None)
            first = takewhile(lambda p: float(p.pts * p.time_base) < 60, packets)
            dense = sum(p.is_keyframe for p in first) >= DENSE
    return Facts(seconds, dense, hdr)


class Sampler:
    """Gives its samples once; whoever looks at them tells by `faces` whether there was one.

    Then the very next frame comes too, once a second: only neighbours show flicker.
    """

    def __init__(
        self, path: Path, plan: SamplePlan = SamplePlan(), limits: VideoLimits = VideoLimits()
    ) -> None:
        self.facts = read_facts(path, limits)
        self.faces = False
        self.cut_short = ""
        self._path, self._plan, self._limits = path, plan, limits
        self._most = plan.max_frames or (MOST if plan.every is None else limits.max_frames)
        self._count, self._last, self._neighbour = 0, -1e9, False
        self._paired = -1e9

    @property
    def keys_only(self) -> bool:
        if self._plan.keys_only is not None or self._plan.every is not None:
            return bool(self._plan.keys_only)
        seconds = self.facts.seconds
        return self.facts.dense_keys and (seconds is None or seconds > LONG)

    def __iter__(self) -> Iterator[Sample]:
        cuts, pending, before = _Cuts(), False, -1e9
        for time, picture in decoded(self._path, self.keys_only, self._limits):
            if self._ended(time):
                return
            if time < before:  # damaged clocks run backwards
                continue
            before = time
            key = bool(picture.key_frame)
            cut = cuts.here(time, picture, key)
            pending |= cut
            if self._wanted(time, key, cut):
                neighbour, self.faces = self._neighbour, False
                yield Sample(time, upright(picture), pending)
                pending = False
                self._count += 1
                self._last = self._last if neighbour else time
                self._paired = time if neighbour else self._paired
                self._neighbour = self.faces and self._may_pair(time)

    def _ended(self, time: float) -> bool:
        if self._count >= self._most:
            self.cut_short = f"Reading ended after {self._count:,} sampled frames, at {time:.1f} s."
        elif time > self._limits.max_seconds:
            self.cut_short = f"Reading ended at {self._limits.max_seconds:,.0f} s."
        return bool(self.cut_short)

    def _wanted(self, time: float, key: bool, cut: bool) -> bool:
        every = self._plan.every
        if every is not None:  # on a grid, so that rounding to frames never adds up
            return (time + 1e-6) // every > (self._last + 1e-6) // every
        if self._neighbour and not self.keys_only:
            return True
        since, step = time - self._last + 1e-6, self._step()
        if cut and self._in_hand(time, FOR_CUTS):
            return since >= SHORTEST_SHOT
        return since >= (step / 2 if key and self._in_hand(time, FOR_KEYS) else step)

    def _may_pair(self, time: float) -> bool:
        due = self._plan.every is None and time - self._paired + 1e-6 >= NEIGHBOURS
        return due and self._in_hand(time, FOR_NEIGHBOURS)

    def _in_hand(self, time: float, share: float) -> bool:
        """Whether more than the steady step can be had here without taking frames from the end."""
        seconds = self.facts.seconds
        return not seconds or self._count < share * self._most * time / seconds + 1

    def _step(self) -> float:
        if self.facts.seconds is not None:
            share = 1.2 if self.keys_only else 3.2
            return max(CLOSEST, share * self.facts.seconds / self._most)
        return float(CLOSEST * 2 ** (8 * self._count // self._most))


class _Cuts:
    """Compares small grey copies of the pictures."""

    def __init__(self) -> None:
        self._time = -1e9
        self._seen: NDArray[np.int16] | None = None

    def here(self, time: float, picture: Any, key: bool) -> bool:
        """Key frames are always looked at: encoders put them where a shot begins."""
        if time - self._time < LOOK_EVERY and not key:
            return False
        grey = picture.reformat(32, 18, "gray", threads=1).to_ndarray().astype(np.int16)
        before, self._seen, self._time = self._seen, grey, time
        return before is not None and float(np.abs(grey - before).mean()) > CUT
