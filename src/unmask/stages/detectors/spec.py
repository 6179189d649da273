"""detector.json <-> DetectorSpec: everything about a detector that is not its weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from unmask.errors import ConfigError, DetectorDamaged
from unmask.types import Calibration, CropSpec, Policy, Rate

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
    except (KeyError, TypeError, ValueError) as error:
        raise DetectorDamaged(
            f"{path} does not describe a detector: {error!r}. Install the detector again."
        ) from error


def write_spec(folder: Path, spec: DetectorSpec) -> None:
    text = json.dumps({"format": FORMAT, **asdict(spec)}, indent=2, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def _from_json(data: dict[str, Any]) -> DetectorSpec:
    if data.pop("format") != FORMAT:
        raise ValueError(f"expected format {FORMAT}")
    unknown = set(data) - {field.name for field in fields(DetectorSpec)}
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    policies = sorted((_policy(p) for p in data["policies"]), key=lambda p: p.false_alarm_budget)
    if not policies:
        raise ValueError("no operating points")
    return DetectorSpec(
        **{
            **data,
            "crop": CropSpec(**data["crop"]),
            "calibration": Calibration(**data["calibration"]),
            "policies": tuple(policies),
            "trained_on": tuple(data["trained_on"]),
            "cannot_judge": tuple(data["cannot_judge"]),
            "score_histogram": _histogram(data.get("score_histogram")),
        }
    )


def _histogram(data: dict[str, Any] | None) -> ScoreHistogram | None:
    if data is None:
        return None
    return ScoreHistogram(**{kind: tuple(shares) for kind, shares in dict(data).items()})


def _policy(data: dict[str, Any]) -> Policy:
    rates = {key: Rate(**data[key]) for key in ("false_alarm_rate", "miss_rate")}
    return Policy(**{**data, **rates})
