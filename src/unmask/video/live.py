"""Frames as they come in, faces with a rolling verdict out; the memory does not grow with time."""

from __future__ import annotations

import time as clock
from dataclasses import dataclass

from unmask.stages.verdict import judge_image
from unmask.types import Face, Pixels, Source, Verdict
from unmask.video.clip import VideoAnalysis
from unmask.video.follow import Follower
from unmask.video.judge import judge, middle, rules
from unmask.video.look import Look
from unmask.video.temporal import smooth
from unmask.video.tracks import Track, Tracker

ENOUGH = 3
"""Sightings from which a face gets a verdict."""


@dataclass(frozen=True)
class LiveFace:
    """One face of the newest frame; `verdict` is None until it was seen often enough."""

    number: int
    face: Face
    fake_probability: float
    smoothed_probability: float
    verdict: Verdict | None


class LiveAnalyzer:
    """For one camera and one thread; the verdict rests on the last `seconds` of each face."""

    def __init__(self, look: Look | None = None, seconds: float = 5.0) -> None:
        self._look, self._seconds = look or Look.open(), seconds
        self._follower, self._tracker = Follower(self._look), Tracker()
        self._size, self._began, self._now = (0, 0), 0.0, 0.0

    def push(self, pixels: Pixels, time: float | None = None) -> tuple[LiveFace, ...]:
        """The faces of this frame, largest first; `time` in seconds is the clock's unless given."""
        now = clock.monotonic() if time is None else time
        self._began = self._began if self._size[0] else now
        self._now, self._size = now, (pixels.shape[1], pixels.shape[0])
        tracks = self._tracker.update(now, self._follower.faces(pixels, now))
        self._let_go(now)
        return tuple(self._face(track, len(tracks)) for track in tracks)

    def report(self) -> VideoAnalysis:
        """The last seconds as an analysis, for a report; there is no file whose hash it could name."""
        tracks = [t for t in self._tracker.tracks if len(t.sightings) >= ENOUGH]
        strict = rules(self._look, len(tracks))
        judged = tuple(judge(track, self._look, strict) for track in tracks)
        times = sorted({s.time for t in judged for s in t.sightings})
        return VideoAnalysis(
            source=Source("", 0, "live"),
            width=self._size[0],
            height=self._size[1],
            seconds=self._now - self._began,
            verdict=judge_image([t.verdict for t in judged]),
            tracks=judged,
            detectors=self._look.references(strict),
            sampled=tuple(times) or (self._now,),
            cuts=(),
            complete=False,
            notes=(f"A live picture: only its last {self._seconds:g} seconds were judged.",),
        )

    def _face(self, track: Track, together: int) -> LiveFace:
        newest, verdict = track.sightings[-1], None
        if len(track.sightings) >= ENOUGH:
            verdict = middle(track.sightings, self._look, rules(self._look, together))
        return LiveFace(
            track.number,
            newest.face,
            newest.fake_probability,
            smooth(track.sightings)[-1],
            verdict,
        )

    def _let_go(self, now: float) -> None:
        for track in self._tracker.tracks:
            track.sightings = [s for s in track.sightings if now - s.time <= self._seconds]
        self._tracker.tracks = [t for t in self._tracker.tracks if t.sightings]
