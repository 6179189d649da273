"""Crops in, Scores out: what everything that calls itself a detector offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from unmask.stages.detectors.spec import DetectorSpec
from unmask.types import Crop, Score


class Detector(Protocol):
    """A description and one verb; it keeps no state between calls."""

    @property
    def spec(self) -> DetectorSpec: ...

    def score(self, crops: Sequence[Crop]) -> tuple[Score, ...]: ...
