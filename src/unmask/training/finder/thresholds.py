"""A finder folder and Validation pictures without faces in, its thresholds chosen and written out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from unmask.stages.faces.finder import NEAR, OnnxFinder
from unmask.stages.faces.spec import FinderSpec, read_spec, write_spec
from unmask.training.finder.measure import image_of
from unmask.types import Pixels

FALSE_BOXES, NEAR_FALSE_BOXES = 0.015, 0.005
"""Wished for on a Validation picture without faces: far below what is promised, as they are few."""
STEPS = tuple(round(0.30 + 0.01 * i, 2) for i in range(61))
SUSPICION_SHARE = 0.5
"""Half as sure as for a face is sure enough to look again."""


def choose(folder: Path, faceless: Iterable[Pixels]) -> FinderSpec:
    """The lowest thresholds that keep false boxes rare; higher ones are counted from one search."""
    finder = OnnxFinder.open(_set(folder, STEPS[0], STEPS[0]))
    count, near, far = 0, [], []
    for pixels in faceless:
        count += 1
        for face in finder.find(image_of(pixels)):
            side = max(face.box.width, face.box.height)
            (near if side >= NEAR * max(pixels.shape) else far).append(face.confidence)
    lowest = _lowest(near, NEAR_FALSE_BOXES * count)
    return read_spec(_set(folder, max(_lowest(far, FALSE_BOXES * count), lowest), lowest))


def _lowest(confidence: list[float], allowed: float) -> float:
    values = np.array(confidence)
    rare = [step for step in STEPS if (values >= step).sum() <= allowed]
    return rare[0] if rare else STEPS[-1]


def _set(folder: Path, threshold: float, near: float) -> Path:
    suspicion = round(near * SUSPICION_SHARE, 3)
    spec = replace(read_spec(folder), threshold=threshold, near_threshold=near, suspicion=suspicion)
    write_spec(folder, spec)
    return folder
