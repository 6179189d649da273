"""Analysis <-> JSON: the one machine-readable form, described by `analysis-1.schema.json`."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from importlib.resources import files
from typing import Any

import numpy as np

from unmask.errors import InputError
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
    Outcome,
    Policy,
    Rate,
    Reason,
    Score,
    Source,
    Stability,
    Variant,
    Verdict,
)

VERSION = 1
FILE = "analysis-1.schema.json"


def schema() -> dict[str, Any]:
    """The published JSON Schema; other programs may validate against it."""
    text = files("unmask.reports").joinpath(FILE).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def to_json(analysis: Analysis) -> dict[str, Any]:
    """Everything but the arrays: those can be computed again from the file and the detector."""
    return {"schema_version": VERSION, **plain(analysis)}


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """One line of a batch: the name, and either an analysis or a failure."""
    return {
        "name": outcome.name,
        "analysis": to_json(outcome.analysis) if outcome.analysis else None,
        "failure": plain(outcome.failure) if outcome.failure else None,
    }


def from_json(data: dict[str, Any]) -> Analysis:
    """The analysis again, its arrays empty; anything that `to_json` did not write is refused."""
    version = data.get("schema_version") if isinstance(data, dict) else None
    if version != VERSION:
        raise InputError(
            f"This is not an analysis of schema version {VERSION}: schema_version is {version!r}. "
            "Give a JSON report written by this version of unmask."
        )
    try:
        return _analysis(data)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"This JSON does not describe an analysis: {error!r}. Compare it with {FILE}."
        ) from error


def plain(value: Any) -> Any:
    """Frozen data as dictionaries and lists, without its arrays."""
    if is_dataclass(value):
        pairs = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: plain(v) for name, v in pairs if not isinstance(v, np.ndarray)}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Label | Reason) else value


def _analysis(data: dict[str, Any]) -> Analysis:
    return Analysis(
        source=Source(**data["source"]),
        width=int(data["width"]),
        height=int(data["height"]),
        verdict=_verdict(data["verdict"]),
        faces=tuple(_face(face) for face in data["faces"]),
        detectors=tuple(_detector(ref) for ref in data["detectors"]),
        notes=tuple(data["notes"]),
    )


def _verdict(data: dict[str, Any]) -> Verdict:
    return Verdict(
        label=Label(data["label"]),
        fake_probability=data["fake_probability"],
        reason=Reason(data["reason"]),
    )


def _face(data: dict[str, Any]) -> FaceResult:
    stability, explanation = data["stability"], data["explanation"]
    return FaceResult(
        face=Face(Box(**data["face"]["box"]), data["face"]["confidence"]),
        scores=tuple(Score(**score, activation_map=_nothing()) for score in data["scores"]),
        verdict=_verdict(data["verdict"]),
        stability=_stability(stability) if stability else None,
        explanation=Explanation(heatmap=_nothing(), **explanation) if explanation else None,
    )


def _stability(data: dict[str, Any]) -> Stability:
    variants = (Variant(**{**v, "label": Label(v["label"])}) for v in data["variants"])
    return Stability(variants=tuple(variants), holds=data["holds"])


def _detector(data: dict[str, Any]) -> DetectorRef:
    policy = data["policy"]
    rates = {key: Rate(**policy[key]) for key in ("false_alarm_rate", "miss_rate")}
    return DetectorRef(
        name=data["name"],
        version=data["version"],
        sha256=data["sha256"],
        crop=CropSpec(**data["crop"]),
        calibration=Calibration(**data["calibration"]),
        policy=Policy(**{**policy, **rates}),
    )


def _nothing() -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.zeros((0, 0), dtype=np.float32)
