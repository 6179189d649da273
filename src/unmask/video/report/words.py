"""VideoAnalysis -> plain words, and the short answer for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from unmask.reports import wording
from unmask.reports.text import Paint, Style, answer, plain, printable, rests_on
from unmask.types import Analysis, Reason, Verdict
from unmask.video.clip import Telling, Temporal, TrackResult, VideoAnalysis

REASONS = {
    Reason.NO_FACE: "No face was found in the frames that were looked at.",
    Reason.UNSTABLE: "The answer does not hold: it changed during the clip, or when a frame was saved again.",
    Reason.FACE_TOO_SMALL: "The face is too small in most frames: there are too few pixels to judge.",
}
TELLING = {
    Telling.MOST_SUSPICIOUS: "The most suspicious frame",
    Telling.TYPICAL: "A typical frame",
    Telling.LEAST_SUSPICIOUS: "The least suspicious frame",
}
LIMITS = (
    "This answer is about faces only: not about the voice, the lip movement, the scene or the caption.",
    "A person is judged by the middle of the frames that were looked at: a swap of a few frames may pass.",
    "Persons are told apart by place and looks alone; after a cut one person may get a second number.",
    "Video compression removes the traces a detector lives on and makes errors more frequent.",
    *wording.LIMITS[2:3],
    *wording.LIMITS[4:],
)


def reason(verdict: Verdict) -> str:
    return REASONS.get(verdict.reason) or wording.reason(verdict)


def people(analysis: VideoAnalysis) -> str:
    count = len(analysis.tracks)
    return {0: "No face found", 1: "1 person found"}.get(count, f"{count} persons found")


def clock(seconds: float) -> str:
    """`0:07.4`, `1:02:03.0`: as a player shows it."""
    tenths = round(seconds * 10)
    hours, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    end = f"{rest / 10:04.1f}"
    return f"{hours}:{minutes:02}:{end}" if hours else f"{minutes}:{end}"


def span(track: TrackResult) -> str:
    frames = "1 frame" if len(track.sightings) == 1 else f"{len(track.sightings)} frames"
    return f"{clock(track.first)} to {clock(track.last)}, {frames}"


def flicker(temporal: Temporal) -> str:
    """Figures without a verdict: no threshold was measured for them."""
    if not temporal.pairs:
        return "not measured: no two frames were near enough"
    parts = []
    if temporal.score is not None:
        parts.append(f"score {temporal.score:.2f} in log odds")
    if temporal.box is not None:
        parts.append(f"box {temporal.box * 100:.1f} % of the face")
    if temporal.appearance is not None:
        parts.append(f"appearance {temporal.appearance * 100:.1f} %")
    return f"{', '.join(parts)} (medians of {temporal.pairs} pairs of neighbouring frames)"


def as_picture(analysis: VideoAnalysis) -> Analysis:
    """The clip where a report only needs its file, its answer and its detectors."""
    return Analysis(
        source=analysis.source,
        width=analysis.width,
        height=analysis.height,
        verdict=analysis.verdict,
        faces=(),
        detectors=analysis.detectors,
        notes=analysis.notes,
    )


def text(analysis: VideoAnalysis, name: str, paint: Paint = plain) -> str:
    """The answer first, then each person, then what it rests on."""
    verdict = analysis.verdict
    lines = [
        printable(name),
        f"{answer(verdict.label, paint)}  {wording.confidence(verdict)}",
        f"  {wording.meaning(verdict)}",
        f"  Why: {reason(verdict)}",
        *(f"  Note: {printable(note)}" for note in analysis.notes),
        *(line for track in analysis.tracks for line in _track(track, paint)),
        f"  {len(analysis.sampled):,} frames of {clock(analysis.seconds)} were looked at",
    ]
    lines += [paint(line, Style.FAINT) for line in rests_on(as_picture(analysis))]
    return "\n".join(lines) + "\n"


def _track(track: TrackResult, paint: Paint) -> Iterator[str]:
    yield f"  Person {track.number}, {span(track)}: {answer(track.verdict.label, paint)}"
    yield f"    {wording.confidence(track.verdict)}; {reason(track.verdict)}"
    yield f"    Frames that look fake: {wording.share(track.share_fake)}"
    yield f"    Between neighbours: {flicker(track.temporal)}"
