"""Analysis -> plain words: the one place where every front end gets its sentences from."""

from __future__ import annotations

from collections.abc import Sequence

from unmask.types import (
    Analysis,
    DetectorRef,
    Explanation,
    FaceResult,
    Label,
    Rate,
    Reason,
    Stability,
    Verdict,
)

HEADINGS = {
    Label.REAL: "AUTHENTIC",
    Label.FAKE: "LIKELY FAKE",
    Label.INCONCLUSIVE: "INCONCLUSIVE",
}
SHORT = {Label.REAL: "REAL", Label.FAKE: "FAKE", Label.INCONCLUSIVE: "?"}
"""For tags on pictures, where there is no room."""

MEANINGS = {
    Label.REAL: "The detector found no sign that a face here was generated or swapped.",
    Label.FAKE: "A face here looks generated or swapped to the detector.",
    Label.INCONCLUSIVE: "The detector cannot tell. Treat this as no answer, not as half an answer.",
}
REASONS = {
    Reason.CLEAR: "The score lies well beyond the threshold for this answer.",
    Reason.BETWEEN_THRESHOLDS: "The score lies between the two thresholds, where errors are too frequent.",
    Reason.UNSTABLE: "The score changed sides when the same face was saved again or made smaller.",
    Reason.DETECTORS_DISAGREE: "The detectors that were asked gave different answers.",
    Reason.NO_FACE: "No face was found in this picture, so there was nothing to judge.",
    Reason.FACE_TOO_SMALL: "The face has too few pixels to judge. A larger copy of the picture may help.",
}
LIMITS = (
    "This answer is about faces only: not about the rest of the picture, its caption or its context.",
    "A real face in a false context is still a real face; an edit outside the face is not seen.",
    "Generators change. A face made by one that is newer than the detector may pass as authentic.",
    "Heavy compression, filters, make-up retouching and screenshots make errors more frequent.",
    "Finding no evidence of a fake proves nothing: it is not evidence that the picture is authentic.",
    "Use it as one hint among several: find the source, an earlier copy, a second view of the scene.",
)


def heading(label: Label) -> str:
    return HEADINGS[label]


def meaning(verdict: Verdict) -> str:
    """What the answer says, in one sentence."""
    if verdict.reason is Reason.NO_FACE:
        return "If you see a face here, cut the picture around it and try again."
    return MEANINGS[verdict.label]


def caution(verdict: Verdict) -> str:
    """The one thing to remember about this answer, where there is room for one."""
    return LIMITS[5] if verdict.label is Label.FAKE else LIMITS[4]


def reason(verdict: Verdict) -> str:
    return REASONS[verdict.reason]


def percent(probability: float) -> str:
    """Whole per cents, and never 0 % or 100 %: no measurement supports either."""
    if probability > 0.99:
        return "more than 99 %"
    if probability < 0.01:
        return "less than 1 %"
    return f"{probability * 100:.0f} %"


def confidence(verdict: Verdict) -> str:
    """The probability in the direction of the answer; for no answer, both sides."""
    if verdict.fake_probability is None:
        return "Nothing was measured."
    if verdict.label is Label.REAL:
        return f"Probability that it is real: {percent(1 - verdict.fake_probability)}"
    return f"Probability that it is fake: {percent(verdict.fake_probability)}"


def share(value: float) -> str:
    """A measured share with the digits that it deserves: 12 %, 0.9 %, 0.04 %."""
    digits = 0 if value >= 0.1 or value == 0 else 1 if value >= 0.001 else 2
    return f"{value * 100:.{digits}f} %"


def rate(measured: Rate) -> str:
    """`9 of 1,000 (0.9 %; 95 % interval 0.4 % to 1.7 %)`; an unmeasured rate says so."""
    if measured.count == 0:
        return "not measured"
    hits = round(measured.value * measured.count)
    interval = f"95 % interval {share(measured.low)} to {share(measured.high)}"
    if hits == 0:
        return f"none of {measured.count:,} (95 % interval: up to {share(measured.high)})"
    return f"{hits:,} of {measured.count:,} ({share(measured.value)}; {interval})"


def false_alarms(ref: DetectorRef) -> str:
    return f"Real faces called fake at this threshold: {rate(ref.policy.false_alarm_rate)}."


def errors(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """How often such answers were wrong when that was measured; nothing where nothing was judged."""
    if analysis.verdict.fake_probability is None:
        return ()
    alone = len(analysis.detectors) == 1
    rows: list[tuple[str, str]] = []
    for ref in analysis.detectors:
        whose = "at this threshold" if alone else f"by {ref.name} alone"
        rows.append((f"Real faces called fake {whose}", rate(ref.policy.false_alarm_rate)))
        rows.append((f"Fakes called authentic {whose}", rate(ref.policy.miss_rate)))
    return tuple(rows)


def misses(ref: DetectorRef) -> str:
    return f"Fake faces called authentic at this setting: {rate(ref.policy.miss_rate)}."


def thresholds(ref: DetectorRef) -> str:
    policy = ref.policy
    return (
        f"fake from {policy.fake_above:.3f}, real up to {policy.real_below:.3f}, "
        f"inconclusive between; faces from {policy.min_face_pixels} pixels"
    )


def preprocessing(ref: DetectorRef) -> str:
    """What happens to the pixels before the network; everything else lies inside its graph."""
    return (
        f"turned upright, a square {ref.crop.margin:g} times as wide as the face, "
        f"scaled to {ref.crop.size} x {ref.crop.size} pixels"
    )


def calibration(ref: DetectorRef) -> str:
    line = f"{ref.calibration.slope:g} x raw score {ref.calibration.intercept:+g}"
    return f"probability of fake = 1 / (1 + exp(-({line})))"


def budget(value: float) -> str:
    """`1 in 100 real faces` is easier to picture than 0.01."""
    return f"1 in {round(1 / value):,} real faces" if value > 0 else "no real face"


def stability(result: Stability | None) -> str:
    """How many of the saved-again copies kept the answer is for the table; this is the sentence."""
    if result is None or not result.variants:
        return "Not tested; only a firm answer is tested, and only when that is switched on."
    count = len(result.variants)
    if result.holds:
        return f"Held: the score stayed on its side in {count} other ways of saving this face."
    return f"Did not hold: the score changed sides in at least one of {count} ways of saving this face."


def stability_of(found: Sequence[FaceResult]) -> str:
    """The same for a whole picture: how many of its faces were tested, and how many held."""
    tested = [f.stability for f in found if f.stability is not None and f.stability.variants]
    if len(found) == 1 or not tested:
        return stability(tested[0] if tested else None)
    held = sum(s.holds for s in tested)
    return f"Tested on {len(tested)} of {len(found)} faces, held on {held}."


def faithfulness(explanation: Explanation | None) -> str:
    """Whether the heat map may be believed, by what hiding its hot region did to the score."""
    if explanation is None:
        return "No heat map was made."
    numbers = f"{explanation.hot_effect:.2f} against {explanation.cold_effect:.2f}"
    if explanation.faithful:
        return (
            "The heat map holds: hiding its hot region weakened the answer more than hiding its cold "
            f"region (by {numbers})."
        )
    return (
        "Do not rely on this heat map: hiding its hot region did not weaken the answer more than "
        f"hiding its cold region (by {numbers})."
    )


def faithfulness_of(found: Sequence[FaceResult]) -> str:
    """The same for a whole picture: on which of its faces the heat may be believed."""
    made = [(n, f.explanation) for n, f in enumerate(found, start=1) if f.explanation]
    if len(made) < 2:
        return faithfulness(made[0][1] if made else None)
    doubtful = [str(number) for number, explanation in made if not explanation.faithful]
    if doubtful:
        return f"Do not rely on the heat of face {', '.join(doubtful)}; it holds on the others."
    return "The heat maps hold: hiding what is hot weakened each answer more than hiding the rest."


def faces(found: Sequence[FaceResult]) -> str:
    return {0: "No face found", 1: "1 face found"}.get(len(found), f"{len(found)} faces found")


def scores(result: FaceResult) -> str:
    """The raw scores, one per detector; positive leans towards fake."""
    return ", ".join(f"{s.detector} {s.logit:+.2f}" for s in result.scores)


def place(result: FaceResult) -> str:
    box = result.face.box
    return f"{box.width:.0f} x {box.height:.0f} pixels at ({box.left:.0f}, {box.top:.0f})"


def size(count: int) -> str:
    """Bytes as people read them."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def verify(analysis: Analysis) -> tuple[str, ...]:
    """How someone else can get the same answer."""
    names = " and ".join(f"{d.name} {d.version}" for d in analysis.detectors)
    return (
        f"Check that the file has the SHA-256 {analysis.source.sha256}.",
        f"Check that you have the detector {names} with the weights hash given here.",
        "Analyse the file again with the same false-alarm budget: "
        "the same bytes give the same numbers.",
    )
