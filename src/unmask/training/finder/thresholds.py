"""A finder folder and Validation pictures without faces in, its thresholds chosen and written out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from unmask.stages.faces.finder import OnnxFinder
from unmask.stages.faces.spec import FinderSpec, read_spec, write_spec
from unmask.training.finder.measure import image_of
from unmask.types import Pixels

FALSE_BOXES = 0.02
"""Wished for on a Validation picture without faces: well below what is promised, as Test will differ."""
STEPS = tuple(round(0.20 + 0.01 * i, 2) for i in range(71))
SUSPICION_SHARE = 0.5
"""Half as sure as for a face is sure enough to look again."""


def choose(folder: Path, faceless: Iterable[Pixels]) -> FinderSpec:
    """The lowest threshold that keeps false boxes rare; lower ones are counted from one search."""
    finder = OnnxFinder.open(_set(folder, STEPS[0]))
    found = [[face.confidence for face in finder.find(image_of(pixels))] for pixels in faceless]
    confidence = np.array([c for one in found for c in one], dtype=np.float32)
    rare = [step for step in STEPS if (confidence >= step).sum() <= FALSE_BOXES * len(found)]
    return read_spec(_set(folder, rare[0] if rare else STEPS[-1]))


def _set(folder: Path, threshold: float) -> Path:
    suspicion = round(threshold * SUSPICION_SHARE, 3)
    write_spec(folder, replace(read_spec(folder), threshold=threshold, suspicion=suspicion))
    return folder
