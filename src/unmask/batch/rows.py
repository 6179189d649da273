"""Outcome -> row: the whole analysis as JSON, or the few columns that a table shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unmask.batch.journal import Row
from unmask.reports.schema import outcome_to_json
from unmask.types import Analysis, Failure, Outcome

COLUMNS: dict[str, type] = {
    "name": str,
    "label": str,
    "fake_probability": float,
    "reason": str,
    "faces": int,
    "false_alarm_rate": float,
    "width": int,
    "height": int,
    "media_type": str,
    "size_bytes": int,
    "sha256": str,
    "detector": str,
    "detector_sha256": str,
    "error": str,
    "message": str,
}
"""Every column of a table; a picture without an answer fills only the name and the last two."""

Form = Callable[[Outcome], Row]


def whole(outcome: Outcome) -> Row:
    """All that is known, in the published JSON form."""
    return outcome_to_json(outcome)


def flat(outcome: Outcome) -> Row:
    """The columns of a table that are filled."""
    row: Row = {"name": outcome.name}
    if outcome.analysis:
        row |= _answer(outcome.analysis)
    if outcome.failure:
        row |= _failure(outcome.failure)
    return row


def label_or_error(row: Row) -> tuple[str | None, str | None]:
    """The label of an answered row of either form, or the error code of the other kind."""
    if "label" in row or "error" in row:
        return row.get("label"), row.get("error")
    if row.get("analysis"):
        return row["analysis"]["verdict"]["label"], None
    return None, row["failure"]["code"]


def _answer(analysis: Analysis) -> dict[str, Any]:
    verdict, source = analysis.verdict, analysis.source
    strictest = min(analysis.detectors, key=lambda ref: ref.policy.false_alarm_rate.value)
    return {
        "label": str(verdict.label),
        "fake_probability": verdict.fake_probability,
        "reason": str(verdict.reason),
        "faces": len(analysis.faces),
        "false_alarm_rate": strictest.policy.false_alarm_rate.value,
        "width": analysis.width,
        "height": analysis.height,
        "media_type": source.media_type,
        "size_bytes": source.size_bytes,
        "sha256": source.sha256,
        "detector": "+".join(f"{ref.name} {ref.version}" for ref in analysis.detectors),
        "detector_sha256": "+".join(ref.sha256 for ref in analysis.detectors),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {"error": failure.code, "message": failure.message}
