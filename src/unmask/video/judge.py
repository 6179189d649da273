"""A track in, its result out: the median of its frames, held against its own few and against saving again."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import numpy as np

from unmask.stages import stability
from unmask.stages.crops import fit
from unmask.stages.explain.activation_map import heatmap
from unmask.stages.explain.faithfulness import explain
from unmask.stages.verdict import Rule, judge_face
from unmask.types import Box, Face, Label, Reason, Score, Stability, Verdict
from unmask.video.clip import Moment, Sighting, Telling, TrackResult
from unmask.video.look import Look
from unmask.video.temporal import consistency, smooth
from unmask.video.tracks import Keepsake, Track

CHANCES = 2
"""A median of frames counts as two faces: see docs/decisions/0060."""
FEW = 0.1
"""A share of fake frames from which a track is not called real, whatever its median says."""
_NO_MAP = np.zeros((0, 0), np.float32)


def rules(look: Look, tracks: int) -> tuple[Rule, ...]:
    """The thresholds for a clip of so many tracks, so that the clip keeps the false-alarm budget."""
    return look.rules(max(CHANCES * tracks, 1))


def judge(track: Track, look: Look, strict: Sequence[Rule]) -> TrackResult:
    verdict = middle(track.sightings, look, strict)
    fake = share_fake(track.sightings, look)
    if verdict.label is Label.REAL and fake >= FEW:
        verdict = Verdict(Label.INCONCLUSIVE, verdict.fake_probability, Reason.UNSTABLE)
    typical = _typical(track, verdict)
    held = _stability(typical, verdict, look, strict)
    return TrackResult(
        number=track.number,
        verdict=stability.settle(verdict, held) if held else verdict,
        sightings=tuple(track.sightings),
        smoothed=smooth(track.sightings),
        share_fake=fake,
        temporal=consistency(track.sightings),
        stability=held,
        moments=_moments(track, typical, look),
    )


def middle(sightings: Sequence[Sighting], look: Look, strict: Sequence[Rule]) -> Verdict:
    """The verdict on the median of the raw scores: frames of one clip are no independent witnesses."""
    columns = zip(*(s.logits for s in sightings), strict=True)
    scores = [
        Score(d.spec.name, median(logits), _NO_MAP)
        for d, logits in zip(look.detectors, columns, strict=True)
    ]
    return judge_face(_middle_face(sightings), scores, strict)


def share_fake(sightings: Sequence[Sighting], look: Look) -> float:
    """The share of frames that would be called fake as pictures."""
    alone = look.rules(1)
    labels = [judge_face(s.face, _scores(s, look), alone).label for s in sightings]
    return labels.count(Label.FAKE) / len(labels)


def _scores(sighting: Sighting, look: Look) -> list[Score]:
    pairs = zip(look.detectors, sighting.logits, strict=True)
    return [Score(d.spec.name, logit, _NO_MAP) for d, logit in pairs]


def _middle_face(sightings: Sequence[Sighting]) -> Face:
    width = median(s.face.box.width for s in sightings)
    height = median(s.face.box.height for s in sightings)
    return Face(Box(0, 0, width, height), median(s.face.confidence for s in sightings))


def _typical(track: Track, verdict: Verdict) -> Keepsake:
    middle_one = verdict.fake_probability if verdict.fake_probability is not None else 0.5
    return min(
        track.keepsakes,
        key=lambda k: (abs(k.sighting.fake_probability - middle_one), k.sighting.time),
    )


def _stability(
    typical: Keepsake, verdict: Verdict, look: Look, strict: Sequence[Rule]
) -> Stability | None:
    """The typical frame, saved again: only a firm answer has something to lose."""
    if verdict.label is Label.INCONCLUSIVE:
        return None
    ways = zip(*(stability.variants(piece) for piece in typical.pieces), strict=True)
    face = typical.sighting.face
    again = [judge_face(face, look.score(pieces, face), strict) for pieces in ways]
    return stability.compare(verdict, again)


def _moments(track: Track, typical: Keepsake, look: Look) -> tuple[Moment, ...]:
    """Each frame once, however many things it is."""
    found = (
        (Telling.MOST_SUSPICIOUS, track.highest),
        (Telling.TYPICAL, typical),
        (Telling.LEAST_SUSPICIOUS, track.lowest),
    )
    times: dict[float, Moment] = {}
    for why, kept in found:
        if kept is not None and kept.sighting.time not in times:
            times[kept.sighting.time] = _moment(why, kept, look)
    return tuple(times.values())


def _moment(why: Telling, kept: Keepsake, look: Look) -> Moment:
    sighting, detector = kept.sighting, look.detectors[0]
    seen = fit(kept.pieces[0], sighting.face, detector.spec.crop)
    score = detector.score([seen])[0]
    leans_fake = detector.spec.calibration.probability(score.logit) >= 0.5
    where = heatmap(score.activation_map, leans_fake, seen.pixels.shape[0])
    found = explain(seen, where, score, leans_fake, detector.score)
    return Moment(why, sighting.time, sighting.fake_probability, kept.pieces[0], found)
