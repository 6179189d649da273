"""detector.json <-> DetectorSpec: everything about a detector that is not its weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from unmask.errors import ConfigError, DetectorDamaged
from unmask.frozen import build
from unmask.types import Calibration, CropSpec, Policy

FILE = "detector.json"
FORMAT = 1
BINS = 20


@dataclass(frozen=True)
class ScoreHistogram:
    """Shares of the validation faces by their calibrated probability, in BINS equal steps from 0 to 1."""

    real: tuple[float, ...]
    fake: tuple[float, ...]

    def __post_init__(self) -> None:
        for shares in (self.real, self.fake):
            if len(shares) != BINS or min(shares) < 0 or abs(sum(shares) - 1) > 0.01:
                raise ValueError(f"expected {BINS} shares that add up to 1, got {list(shares)}")


@dataclass(frozen=True)
class DetectorSpec:
    """What `detector.json` says; `policies` hold one operating point per false-alarm budget, strictest first."""

    name: str
    version: str
    summary: str
    crop: CropSpec
    calibration: Calibration
    policies: tuple[Policy, ...]
    sha256: str
    licence: str
    trained_on: tuple[str, ...]
    from_run: str
    cannot_judge: tuple[str, ...]
    score_histogram: ScoreHistogram | None = None

    def policy(self, budget: float) -> Policy:
        for policy in self.policies:
            if abs(policy.false_alarm_budget - budget) < 1e-9:
                return policy
        known = ", ".join(f"{p.false_alarm_budget:g}" for p in self.policies)
        raise ConfigError(
            f"Detector {self.name!r} has no thresholds for a false-alarm budget of {budget:g}. "
            f"It was measured at: {known}. Choose one of these."
        )


def read_spec(folder: Path) -> DetectorSpec:
    """Reads a detector's description; anything missing or odd is damage, and said so."""
    path = folder / FILE
    try:
        return _from_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise DetectorDamaged(
            f"{path} is missing. A detector is a folder with that file in it."
        ) from None
    except (AttributeError, TypeError, ValueError, ConfigError) as error:
        raise DetectorDamaged(
            f"{path} does not describe a detector: {str(error).rstrip('.')}. Install the detector again."
        ) from error


def write_spec(folder: Path, spec: DetectorSpec) -> None:
    text = json.dumps({"format": FORMAT, **asdict(spec)}, indent=2, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def _from_json(data: dict[str, Any]) -> DetectorSpec:
    if data.pop("format", None) != FORMAT:
        raise ValueError(f"expected format {FORMAT}")
    spec = build(DetectorSpec, data)
    if not spec.policies:
        raise ValueError("no operating points")
    strictest_first = sorted(spec.policies, key=lambda policy: policy.false_alarm_budget)
    return replace(spec, policies=tuple(strictest_first))
