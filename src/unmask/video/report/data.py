"""VideoAnalysis -> JSON: one entry for each person, with its curve; described by `video-1.schema.json`."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from unmask.reports.schema import plain
from unmask.video.clip import TrackResult, VideoAnalysis

VERSION = 1
FILE = "video-1.schema.json"


def schema() -> dict[str, Any]:
    """The published JSON Schema; other programs may validate against it."""
    text = files("unmask.video.report").joinpath(FILE).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def to_json(analysis: VideoAnalysis) -> dict[str, Any]:
    """Everything but the pictures: those can be computed again from the file and the detector."""
    found: dict[str, Any] = plain(analysis)
    found["tracks"] = [_track(track) for track in analysis.tracks]
    return {"video_schema_version": VERSION, **found}


def _track(track: TrackResult) -> dict[str, Any]:
    """The numbers of a track, then a row for each frame it was seen in."""
    found: dict[str, Any] = plain(track)
    smoothed = found.pop("smoothed")
    rows = found.pop("sightings")
    for row, value in zip(rows, smoothed, strict=True):
        row["smoothed_probability"] = value
    return {**found, "first": track.first, "last": track.last, "sightings": rows}
