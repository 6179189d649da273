"""Bytes in, Analysis out: runs the stages in order; the only place where they meet."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from unmask.errors import ConfigError, InputError, TooLarge, UnmaskError
from unmask.stages import stability
from unmask.stages.crops import fit, region
from unmask.stages.decode import decode, from_pixels
from unmask.stages.detectors.detector import Detector
from unmask.stages.detectors.store import Store
from unmask.stages.explain.activation_map import heatmap
from unmask.stages.explain.faithfulness import explain
from unmask.stages.faces.finder import OnnxFinder
from unmask.stages.faces.protocol import FaceFinder
from unmask.stages.faces.whole_image import WholeImage
from unmask.stages.verdict import Rule, judge_face, judge_image, strictness
from unmask.types import (
    DEFAULT_DETECTOR,
    Analysis,
    Crop,
    DecodedImage,
    DetectorRef,
    Explanation,
    Face,
    FaceResult,
    Failure,
    Label,
    Limits,
    Outcome,
    Pixels,
    Raster,
    Score,
    Stability,
    Verdict,
)

MOST_FACES = 64

DetectorLike = str | Path | Detector


class Analyzer:
    """Built once, it holds no state between calls and serves many threads.

    `detector` is a name, the path of a detector folder, or several of them: an ensemble is
    firm only where all its members are. `false_alarm_rate` is the share of real pictures that
    may be called fake: 0.001, 0.01 or 0.05. With `faces=False` the whole picture is one face.
    """

    def __init__(
        self,
        detector: DetectorLike | Sequence[DetectorLike] = DEFAULT_DETECTOR,
        *,
        false_alarm_rate: float = 0.01,
        faces: bool | FaceFinder = True,
        explain: bool = True,
        stability: bool = True,
        limits: Limits = Limits(),
    ) -> None:
        self._detectors = tuple(_open_detector(d) for d in _several(detector))
        self._budget = _checked_budget(self._detectors, false_alarm_rate)
        self._finder = _open_finder(faces)
        self._explains = explain
        self._checks_stability = stability
        self._limits = limits

    def analyze(self, data: bytes) -> Analysis:
        """The answer about a picture file; raises an InputError when there is none to give."""
        return self._analyze(decode(data, self._limits))

    def analyze_path(self, path: str | Path) -> Analysis:
        return self.analyze(read_file(Path(path), self._limits))

    def analyze_pixels(self, pixels: Pixels) -> Analysis:
        """The answer about a frame: uint8 RGB, upright, of shape (height, width, 3)."""
        return self._analyze(from_pixels(pixels))

    def analyze_many(self, paths: Iterable[str | Path]) -> Iterator[Outcome]:
        """One outcome for each path, in order; a bad file is a failure in its place, never an end."""
        return (self._outcome(Path(path)) for path in paths)

    def pixels(self, data: bytes) -> Pixels:
        """The picture as the analysis sees it, upright RGB: for reports that show it."""
        return decode(data, self._limits).pixels

    def _outcome(self, path: Path) -> Outcome:
        try:
            return Outcome(str(path), analysis=self.analyze_path(path))
        except UnmaskError as error:
            return Outcome(str(path), failure=Failure(error.code, str(error)))

    def _analyze(self, image: DecodedImage) -> Analysis:
        faces = self._finder.find(image)
        judged = faces[:MOST_FACES]
        rules = self._rules(judged)
        results = tuple(self._judge(image, face, rules) for face in judged)
        return Analysis(
            source=image.source,
            width=image.width,
            height=image.height,
            verdict=judge_image([result.verdict for result in results]),
            faces=results,
            detectors=tuple(_reference(d, r) for d, r in zip(self._detectors, rules, strict=True)),
            notes=_notes(faces),
        )

    def _rules(self, faces: Sequence[Face]) -> tuple[Rule, ...]:
        return tuple(
            Rule(d.spec.calibration, strictness(d.spec.policies, self._budget, len(faces)))
            for d in self._detectors
        )

    def _judge(self, image: DecodedImage, face: Face, rules: Sequence[Rule]) -> FaceResult:
        pieces = [region(image.raster, face.box, d.spec.crop) for d in self._detectors]
        crops = [fit(p, face, d.spec.crop) for d, p in zip(self._detectors, pieces, strict=True)]
        scores = tuple(d.score([c])[0] for d, c in zip(self._detectors, crops, strict=True))
        verdict = judge_face(face, scores, rules)
        held = self._stability(face, pieces, verdict, rules)
        return FaceResult(
            face=face,
            scores=scores,
            verdict=stability.settle(verdict, held) if held else verdict,
            stability=held,
            explanation=self._explanation(crops[0], scores[0], rules[0]),
        )

    def _stability(
        self, face: Face, pieces: Sequence[Raster], verdict: Verdict, rules: Sequence[Rule]
    ) -> Stability | None:
        """Only a firm answer has something to lose."""
        if not self._checks_stability or verdict.label is Label.INCONCLUSIVE:
            return None
        per_detector = [
            d.score([fit(saved, face, d.spec.crop) for saved in stability.variants(piece)])
            for d, piece in zip(self._detectors, pieces, strict=True)
        ]
        again = [judge_face(face, scores, rules) for scores in zip(*per_detector, strict=True)]
        return stability.compare(verdict, again)

    def _explanation(self, seen: Crop, score: Score, rule: Rule) -> Explanation | None:
        if not self._explains:
            return None
        leans_fake = rule.calibration.probability(score.logit) >= 0.5
        where = heatmap(score.activation_map, leans_fake, seen.pixels.shape[0])
        return explain(seen, where, score, leans_fake, self._detectors[0].score)


def read_file(path: Path, limits: Limits) -> bytes:
    """A whole file, unless it is too large to be a picture; an unreadable one is an input error."""
    try:
        with path.open("rb") as file:
            length = os.fstat(file.fileno()).st_size  # asking for the limit would claim it
            data = file.read(min(length or limits.max_bytes, limits.max_bytes) + 1)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}. Give the path of a picture file."
        ) from error
    if len(data) > limits.max_bytes:
        raise TooLarge(
            f"{path} has more than {limits.max_bytes:,} bytes, the most that are accepted. "
            "Save it smaller or raise the limit."
        )
    return data


def _several(detector: DetectorLike | Sequence[DetectorLike]) -> Sequence[DetectorLike]:
    if isinstance(detector, Sequence) and not isinstance(detector, str):
        return detector
    return [detector]


def _open_detector(detector: DetectorLike) -> Detector:
    return Store().open(detector) if isinstance(detector, str | Path) else detector


def _open_finder(faces: bool | FaceFinder) -> FaceFinder:
    if isinstance(faces, bool):
        return OnnxFinder.shipped() if faces else WholeImage()
    return faces


def _checked_budget(detectors: Sequence[Detector], budget: float) -> float:
    if not detectors:
        raise ConfigError("No detector was given. Name at least one.")
    for detector in detectors:
        detector.spec.policy(budget)
    return budget


def _reference(detector: Detector, rule: Rule) -> DetectorRef:
    spec = detector.spec
    return DetectorRef(
        spec.name, spec.version, spec.sha256, spec.crop, spec.calibration, rule.policy
    )


def _notes(faces: Sequence[Face]) -> tuple[str, ...]:
    if len(faces) <= MOST_FACES:
        return ()
    return (f"{len(faces)} faces were found; the {MOST_FACES} largest were judged.",)
