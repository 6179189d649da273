"""Query parameters -> Options: what a client may choose, checked before any work is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from unmask.apps.server.problems import Problem
from unmask.apps.server.settings import ServerSettings
from unmask.types import DEFAULT_DETECTOR

MOST_DETECTORS = 4

Rate = Literal["0.001", "0.01", "0.05"]
Name = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Options(BaseModel):
    """How a picture is judged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    detector: tuple[str, ...] = Field(
        (),
        max_length=MOST_DETECTORS,
        description="A detector of `/v1/detectors`; given several times, they are asked together.",
        examples=[[DEFAULT_DETECTOR]],
    )
    false_alarm_rate: Rate | None = Field(
        None, description="The share of real pictures that may be called fake."
    )
    faces: bool = Field(True, description="False takes the whole picture as one face.")
    explain: bool = Field(True, description="Whether to work out where the detector looked.")
    stability: bool = Field(True, description="Whether to check that saving again changes nothing.")

    def wish(self, kind: str, settings: ServerSettings, offered: Sequence[str]) -> dict[str, Any]:
        """The same for the worker, with the server's own choices filled in."""
        unknown = set(self.detector) - set(offered)
        if unknown:
            raise Problem(
                "unknown_detector",
                f"No detector is called {min(unknown)!r} here. On offer: {', '.join(offered)}.",
            )
        return {
            "kind": kind,
            "detector": list(dict.fromkeys(self.detector)) or [offered[0]],
            "false_alarm_rate": float(self.false_alarm_rate or settings.false_alarm_rate),
            "faces": self.faces and settings.faces,
            "explain": self.explain,
            "stability": self.stability,
        }


class ReportOptions(Options):
    """How a report is made."""

    format: Literal["html", "pdf"] = Field("html", description="The kind of report.")
    name: Name = Field("picture", description="What the report calls the picture.")


class StreamOptions(Options):
    """A stream is quick first: the checks that cost time are off until asked for."""

    rolling: bool = Field(
        True, description="Whether a verdict rests on the last seconds of a face, or on one frame."
    )
    explain: bool = Field(False)
    stability: bool = Field(False)

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.rolling and (self.explain or self.stability):
            raise ValueError("explain and stability are for single frames: add rolling=false")
        return self


class JobOptions(Options):
    """How the pictures of a job are judged, and who is told when it has ended."""

    webhook: str | None = Field(
        None, max_length=2000, description="An http(s) address that is told when the job has ended."
    )


Asked = Annotated[Options, Query()]
