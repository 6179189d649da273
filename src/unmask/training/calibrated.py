"""A graph and labelled faces in, a detector folder with thresholds measured on that very graph out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from unmask.evaluation.calibration import Floats, LabelledLogits
from unmask.evaluation.faces import LabelledFaces
from unmask.evaluation.operating_points import Aims
from unmask.evaluation.recalibration import Recalibration, recalibrate
from unmask.stages.detectors import model_file, selftest
from unmask.stages.detectors.onnx_detector import OnnxDetector
from unmask.stages.detectors.spec import DetectorSpec
from unmask.training import descriptions, detector_folder


@dataclass(frozen=True)
class Made:
    """A detector folder, and what its detector said about the validation faces."""

    folder: Path
    result: Recalibration
    logits: LabelledLogits

    @property
    def spec(self) -> DetectorSpec:
        return self.result.spec

    @property
    def model(self) -> Path:
        return self.folder / model_file.FILE

    def probabilities(self) -> Floats:
        said = self.spec.calibration.probability
        return np.array([said(float(logit)) for logit in self.logits.logit])

    def report(self) -> dict[str, Any]:
        """What was measured on the validation faces, for the run's report."""
        figures = {k: v for k, v in asdict(self.result).items() if k != "spec"}
        return {
            **figures,
            "bytes": self.model.stat().st_size,
            "calibration": asdict(self.spec.calibration),
            "policies": [asdict(policy) for policy in self.spec.policies],
        }


@dataclass(frozen=True)
class Beside:
    """How a twin's answers differ from its original's on the same faces."""

    faces: int
    other_label: int
    flipped: int
    mean_difference: float
    largest_difference: float
    correlation: float


@dataclass(frozen=True)
class Validation:
    """Faces of the sets that were trained on, and, where there are any, of sets that never were."""

    faces: LabelledFaces
    strangers: LabelledFaces | None = None


def make(
    folder: Path,
    model: bytes,
    spec: DetectorSpec,
    validation: Validation,
    aims: Aims,
    tolerance: float = selftest.TOLERANCE,
) -> Made:
    """Scores the faces with this graph itself: a twin with other arithmetic needs its own thresholds."""
    faces, strangers = validation.faces, validation.strangers
    with detector_folder.opened(model) as session:
        detector = OnnxDetector(folder, spec, session)
        logits = faces.scored(detector)
        others = strangers.scored(detector) if strangers else None
    fitted_on = descriptions.fitted_on(faces, strangers)
    result = recalibrate(spec, logits, fitted_on, aims, strangers=others)
    card = descriptions.card(result)
    spec = detector_folder.write(folder, model, result.spec, card, tolerance)
    return Made(folder, replace(result, spec=spec), logits)


def beside(original: Made, twin: Made) -> Beside:
    """`flipped` counts faces on the other side of even odds; `other_label` any other answer at 1 %."""
    a, b = original.probabilities(), twin.probabilities()
    gap = np.abs(a - b)
    return Beside(
        faces=len(a),
        other_label=int((_labels(original, a) != _labels(twin, b)).sum()),
        flipped=int(((a > 0.5) != (b > 0.5)).sum()),
        mean_difference=float(gap.mean()),
        largest_difference=float(gap.max()),
        correlation=float(np.corrcoef(original.logits.logit, twin.logits.logit)[0, 1]),
    )


def _labels(made: Made, said: Floats) -> Floats:
    policy = made.spec.policy(0.01)
    return np.where(said >= policy.fake_above, 1.0, np.where(said <= policy.real_below, -1.0, 0.0))
