"""A video file in, VideoAnalysis out: samples, finds, tracks, judges; the memory does not grow with the clip."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from unmask.errors import CorruptImage, InputError
from unmask.stages.verdict import judge_image
from unmask.types import Source
from unmask.video.clip import VideoAnalysis
from unmask.video.follow import Follower
from unmask.video.frames import VideoLimits
from unmask.video.judge import judge, rules
from unmask.video.look import Look
from unmask.video.sampling import Sample, SamplePlan, Sampler
from unmask.video.tracks import Track, Tracker

BRIEF = 3
"""A face seen in fewer frames is not judged, unless all faces of the clip are as brief."""
STEADY, CONFIDENT = 0.5, 0.75
"""Nor is what was seen in less than this share of its own time, or with a lower median confidence
of the finder: in a clip of hundreds of frames even a good finder errs, here and there, not steadily."""
_MEDIA_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".avi": "video/x-msvideo",
    ".ts": "video/mp2t",
    ".mpg": "video/mpeg",
    ".mpeg": "video/mpeg",
    ".ogv": "video/ogg",
    ".flv": "video/x-flv",
    ".wmv": "video/x-ms-wmv",
}

Progress = Callable[[float, float | None], bool]
"""Hears the seconds read and, where known, the seconds in all; says whether to go on."""


@dataclass
class _Gathered:
    follower: Follower
    tracker: Tracker = field(default_factory=Tracker)
    times: list[float] = field(default_factory=list)
    cuts: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    size: tuple[int, int] = (0, 0)
    complete: bool = True

    def stop(self, note: str) -> None:
        self.complete = False
        self.notes.append(note)

    def add(self, sample: Sample) -> bool:
        """Whether there was a face."""
        faces = self.follower.faces(sample.pixels, sample.time, sample.cut)
        self.tracker.update(sample.time, faces, sample.cut)
        self.times.append(sample.time)
        if sample.cut:
            self.cuts.append(sample.time)
        self.size = self.size if self.size[0] else sample.pixels.shape[1::-1]
        return bool(faces)


def analyze_video(
    path: str | Path,
    look: Look | None = None,
    plan: SamplePlan = SamplePlan(),
    limits: VideoLimits = VideoLimits(),
    progress: Progress | None = None,
) -> VideoAnalysis:
    """The answer about a clip; a damaged one is judged by what comes before the damage.

    Raises an InputError where not one frame can be read.
    """
    path, look = Path(path), look or Look.open()
    sampler = Sampler(path, plan, limits)
    found = _gather(path, sampler, look, progress)
    if not found.times:
        raise CorruptImage(f"{path.name} holds no frame that can be read. Fetch or save it again.")
    return _answer(path, sampler, look, found)


def _gather(path: Path, sampler: Sampler, look: Look, progress: Progress | None) -> _Gathered:
    found = _Gathered(Follower(look))
    try:
        for sample in sampler:
            sampler.faces = found.add(sample)
            if progress is not None and not progress(sample.time, sampler.facts.seconds):
                found.stop(f"Stopped at {sample.time:.1f} s; what came before was judged.")
                break
    except InputError as error:
        if not found.times:
            raise
        found.stop(f"Only the first {found.times[-1]:.1f} s could be read: {error}")
    if sampler.cut_short:
        found.stop(sampler.cut_short)
    return found


def _answer(path: Path, sampler: Sampler, look: Look, found: _Gathered) -> VideoAnalysis:
    judged = _judged(found)
    strict = rules(look, len(judged))
    tracks = tuple(judge(track, look, strict) for track in judged)
    return VideoAnalysis(
        source=_source(path),
        width=found.size[0],
        height=found.size[1],
        seconds=max(sampler.facts.seconds or 0.0, found.times[-1]),
        verdict=judge_image([track.verdict for track in tracks]),
        tracks=tracks,
        detectors=look.references(strict),
        sampled=tuple(found.times),
        cuts=tuple(found.cuts),
        complete=found.complete,
        notes=(*found.notes, *_notes(sampler)),
    )


def _judged(found: _Gathered) -> list[Track]:
    tracks = found.tracker.tracks
    long = [t for t in tracks if len(t.sightings) >= BRIEF]
    chosen = [t for t in long if _steady(t, found.times)] or long or tracks
    left_out = found.tracker.forgotten + len(tracks) - len(chosen)
    if left_out:
        faces = "1 face was" if left_out == 1 else f"{left_out} faces were"
        found.notes.append(
            f"{faces} seen too briefly to be judged, or too uncertainly to be taken for a face."
        )
    return chosen


def _steady(track: Track, times: list[float]) -> bool:
    first, last = track.sightings[0].time, track.sightings[-1].time
    looked = sum(first <= time <= last for time in times)
    sure = median(s.face.confidence for s in track.sightings)
    return len(track.sightings) >= STEADY * looked and sure >= CONFIDENT


def _notes(sampler: Sampler) -> list[str]:
    notes = []
    if sampler.keys_only:
        notes.append(
            "Only key frames were read: flicker between neighbouring frames was not measured."
        )
    if sampler.facts.hdr:
        notes.append(
            f"The clip is HDR ({sampler.facts.hdr}); it was read without tone mapping, and the "
            "detector was not measured on such colours."
        )
    return notes


def _source(path: Path) -> Source:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kind = _MEDIA_TYPES.get(path.suffix.lower(), "video/unknown")
    return Source(digest, path.stat().st_size, kind)
