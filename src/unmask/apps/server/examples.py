"""Answers as they look, for the OpenAPI document: by path, then by media type; made up, and held to the schemas by a test."""

from __future__ import annotations

import json
from typing import Any

from unmask.types import DEFAULT_DETECTOR

SHA256 = "5f2c0d8c4d1b6a7e9f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e"
JOB_ID = "0f3c5b7a9d1e2f400f3c5b7a9d1e2f40"
RATE = {"value": 0.008, "low": 0.003, "high": 0.019, "count": 877}
VERDICT = {"label": "fake", "fake_probability": 0.987, "reason": "clear"}
POLICY = {
    "false_alarm_budget": 0.01,
    "fake_above": 0.94,
    "real_below": 0.07,
    "min_face_pixels": 48,
    "false_alarm_rate": RATE,
    "miss_rate": {"value": 0.011, "low": 0.005, "high": 0.023, "count": 875},
}
DETECTOR = {"name": DEFAULT_DETECTOR, "version": "1.0.0", "sha256": SHA256[::-1]}
FACE = {
    "face": {
        "box": {"left": 173.9, "top": 62.0, "right": 271.4, "bottom": 176.1},
        "confidence": 0.93,
    },
    "scores": [{"detector": DEFAULT_DETECTOR, "logit": 4.1}],
    "verdict": VERDICT,
    "stability": {
        "variants": [{"name": "JPEG 75", "fake_probability": 0.981, "label": "fake"}],
        "holds": True,
    },
    "explanation": {"faithful": True, "hot_effect": 3.2, "cold_effect": 0.4},
}
ANALYSIS = {
    "schema_version": 1,
    "source": {"sha256": SHA256, "size_bytes": 74962, "media_type": "image/jpeg"},
    "width": 512,
    "height": 512,
    "verdict": VERDICT,
    "faces": [FACE],
    "detectors": [
        {
            **DETECTOR,
            "crop": {"size": 160, "margin": 1.4},
            "calibration": {"slope": 1.03, "intercept": -0.24, "fitted_on": "validation faces"},
            "policy": POLICY,
        }
    ],
    "notes": [],
}
JOB = {
    "id": JOB_ID,
    "state": "running",
    "total": 500,
    "answered": 120,
    "failed": 1,
    "created": "2026-01-31T09:30:00Z",
    "ended": None,
    "webhook_secret": None,
}
LINE = {
    "number": 7,
    "name": "folder/portrait.jpg",
    "sha256": None,
    "analysis": None,
    "failure": {"code": "corrupt_image", "message": "The picture is damaged."},
}
METRICS = (
    f'unmask_verdicts_total{{detector="{DEFAULT_DETECTOR}",label="real",reason="clear"}} 12.0\n'
)

EXAMPLES: dict[str, dict[str, Any]] = {
    "/v1/analyze": {"application/json": ANALYSIS},
    "/v1/analyze/{sha256}": {"application/json": ANALYSIS},
    "/v1/jobs": {"application/json": {**JOB, "answered": 0, "failed": 0}},
    "/v1/jobs/{job}": {"application/json": JOB},
    "/v1/jobs/{job}/cancel": {
        "application/json": {**JOB, "state": "cancelled", "ended": "2026-01-31T09:31:00Z"}
    },
    "/v1/jobs/{job}/results": {"application/jsonl": json.dumps(LINE) + "\n"},
    "/v1/detectors": {"application/json": {"detectors": [{**DETECTOR, "policies": [POLICY]}]}},
    "/healthz": {"application/json": {"status": "alive"}},
    "/readyz": {"application/json": {"status": "ready"}},
    "/version": {"application/json": {"version": "1.0.0", "schema_version": 1}},
    "/metrics": {"text/plain": METRICS},
}
