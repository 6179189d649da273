"""Made-up analyses and pictures for tests of what is shown; nothing here was measured."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from unmask.types import (
    Analysis,
    Box,
    Calibration,
    CropSpec,
    DetectorRef,
    Explanation,
    Face,
    FaceResult,
    Label,
    Pixels,
    Policy,
    Rate,
    Reason,
    Score,
    Source,
    Stability,
    Variant,
    Verdict,
)

WIDTH, HEIGHT = 640, 480


def picture(width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """A soft gradient with a pale oval where the first face is said to be."""
    y, x = np.mgrid[0:height, 0:width]
    base = np.stack([60 + 120 * x / width, 80 + 90 * y / height, 150 - 60 * x / width], axis=-1)
    oval = ((x - width * 0.35) / (width * 0.11)) ** 2 + ((y - height * 0.45) / (height * 0.2)) ** 2
    base[oval < 1] = (224, 188, 160)
    return base.round().astype(np.uint8)


def detector(name: str = "sample", version: str = "1.2.0") -> DetectorRef:
    policy = Policy(
        false_alarm_budget=0.01,
        fake_above=0.85,
        real_below=0.35,
        min_face_pixels=48,
        false_alarm_rate=Rate(0.009, 0.0041, 0.0171, 1000),
        miss_rate=Rate(0.214, 0.189, 0.241, 1200),
    )
    return DetectorRef(
        name=name,
        version=version,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        crop=CropSpec(size=160, margin=1.5),
        calibration=Calibration(slope=0.9, intercept=-0.2, fitted_on="sample validation pictures"),
        policy=policy,
    )


def heat() -> np.ndarray:
    y, x = np.mgrid[0:7, 0:7]
    return np.exp(-((x - 4) ** 2 + (y - 2) ** 2) / 5).astype(np.float32)


def face(label: Label, probability: float, reason: Reason = Reason.CLEAR) -> FaceResult:
    names = ("JPEG quality 75", "JPEG quality 50", "half the size")
    variants = tuple(Variant(name, probability * 0.99, label) for name in names)
    return FaceResult(
        face=Face(Box(154.5, 120.0, 294.5, 312.0), 0.98),
        scores=(Score("sample", 2.75, np.zeros((5, 5), np.float32)),),
        verdict=Verdict(label, probability, reason),
        stability=Stability(variants, holds=True),
        explanation=Explanation(heat(), faithful=True, hot_effect=1.62, cold_effect=0.21),
    )


def fake() -> Analysis:
    result = face(Label.FAKE, 0.9731)
    return Analysis(
        source=Source(hashlib.sha256(b"fake").hexdigest(), 84213, "image/jpeg"),
        width=WIDTH,
        height=HEIGHT,
        verdict=result.verdict,
        faces=(result,),
        detectors=(detector(),),
        notes=("The picture was turned upright as its EXIF says.",),
    )


def real() -> Analysis:
    result = face(Label.REAL, 0.0041)
    return replace(fake(), verdict=result.verdict, faces=(result,), notes=())


def inconclusive() -> Analysis:
    """Two faces, two detectors; one face unstable, the other too small to score."""
    first = face(Label.INCONCLUSIVE, 0.62, Reason.UNSTABLE)
    flipped = Variant("JPEG quality 50", 0.22, Label.REAL)
    first = replace(
        first,
        scores=(*first.scores, Score("second", -0.4, np.zeros((5, 5), np.float32))),
        stability=Stability((*first.stability.variants[:1], flipped), holds=False),
        explanation=Explanation(heat(), faithful=False, hot_effect=0.1, cold_effect=0.3),
    )
    small = FaceResult(
        face=Face(Box(500, 60, 524, 90), 0.71),
        scores=(),
        verdict=Verdict(Label.INCONCLUSIVE, None, Reason.FACE_TOO_SMALL),
    )
    return replace(
        fake(),
        verdict=first.verdict,
        faces=(first, small),
        detectors=(detector(), detector("second", "0.3.1")),
        notes=(),
    )


def no_face() -> Analysis:
    verdict = Verdict(Label.INCONCLUSIVE, None, Reason.NO_FACE)
    return replace(fake(), verdict=verdict, faces=(), notes=())


ALL = {"fake": fake, "real": real, "inconclusive": inconclusive, "no_face": no_face}
