"""A frame in, its faces out with their scores: the detectors and the finder, opened once for a whole clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from unmask.analyzer import MOST_FACES, DetectorLike
from unmask.errors import ConfigError
from unmask.stages.crops import fit, region
from unmask.stages.detectors.detector import Detector
from unmask.stages.detectors.store import Store
from unmask.stages.faces.finder import OnnxFinder, shipped_finder
from unmask.stages.faces.protocol import FaceFinder
from unmask.stages.faces.whole_image import WholeImage
from unmask.stages.verdict import Rule, combine, strictness
from unmask.types import (
    DEFAULT_DETECTOR,
    DecodedImage,
    DetectorRef,
    Face,
    Pixels,
    Score,
    Source,
)

_FRAME = Source("", 0, "image/x-rgb")


@dataclass(frozen=True)
class Seen:
    """A face of one frame; `pieces` is the picture around it, one for each detector."""

    face: Face
    pieces: tuple[Pixels, ...]
    logits: tuple[float, ...]
    fake_probability: float


class Look:
    """Holds no state between frames; every crop comes to be as in the analysis of a picture."""

    def __init__(
        self, detectors: Sequence[Detector], finder: FaceFinder, false_alarm_rate: float = 0.01
    ) -> None:
        if not detectors:
            raise ConfigError("No detector was given. Name at least one.")
        for detector in detectors:
            detector.spec.policy(false_alarm_rate)
        self.detectors = tuple(detectors)
        self._finder, self._budget = finder, false_alarm_rate
        self._alone = self.rules(1)

    @classmethod
    def open(
        cls,
        *detectors: DetectorLike,
        faces: bool | FaceFinder = True,
        false_alarm_rate: float = 0.01,
    ) -> Look:
        """Detectors by name, folder or as they are; with `faces=False` each frame is one face."""
        store = Store()
        found = [
            store.open(d) if isinstance(d, str | Path) else d
            for d in detectors or (DEFAULT_DETECTOR,)
        ]
        if isinstance(faces, bool):
            faces = OnnxFinder.open(shipped_finder()) if faces else WholeImage()
        return cls(found, faces, false_alarm_rate)

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """The faces of a frame or of a piece of one, largest first."""
        return self._finder.find(DecodedImage(pixels, _FRAME))[:MOST_FACES]

    def seen(self, pixels: Pixels, face: Face) -> Seen:
        pieces = tuple(region(pixels, face.box, d.spec.crop) for d in self.detectors)
        scores = self.score(pieces, face)
        return Seen(face, pieces, tuple(s.logit for s in scores), combine(scores, self._alone))

    def score(self, pieces: Sequence[Pixels], face: Face) -> tuple[Score, ...]:
        pairs = zip(self.detectors, pieces, strict=True)
        return tuple(d.score([fit(piece, face, d.spec.crop)])[0] for d, piece in pairs)

    def rules(self, chances: int) -> tuple[Rule, ...]:
        """The thresholds that keep the false-alarm budget over so many chances of a false alarm."""
        return tuple(
            Rule(d.spec.calibration, strictness(d.spec.policies, self._budget, chances))
            for d in self.detectors
        )

    def references(self, rules: Sequence[Rule]) -> tuple[DetectorRef, ...]:
        pairs = zip((d.spec for d in self.detectors), rules, strict=True)
        return tuple(
            DetectorRef(s.name, s.version, s.sha256, s.crop, s.calibration, rule.policy)
            for s, rule in pairs
        )
