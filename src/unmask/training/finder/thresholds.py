"""A finder folder and Validation pictures without faces in, its thresholds chosen and written out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from unmask.stages.faces.finder import NEAR, OnnxFinder
from unmask.stages.faces.spec import FinderSpec, read_spec, write_spec
from unmask.training.finder.measure import image_of
from unmask.types import Pixels

STEPS = tuple(round(0.30 + 0.01 * i, 2) for i in range(61))
SUSPICION_SHARE = 0.5
"""Half as sure as for a face is sure enough to look again."""


@dataclass(frozen=True)
class Faceless:
    """Pictures without faces, and how many false boxes in each are borne: all of them, and near ones."""

    pictures: Iterable[Pixels]
    borne: float
    borne_near: float


def choose(folder: Path, kinds: Sequence[Faceless]) -> FinderSpec:
    """The lowest thresholds that every kind of picture bears; counted from one search of each."""
    finder = OnnxFinder.open(_set(folder, STEPS[0], STEPS[0]))
    chosen = [_needed(finder, kind) for kind in kinds]
    far, near = (max(needed) for needed in zip(*chosen, strict=True))
    return read_spec(_set(folder, max(far, near), near))


def _needed(finder: OnnxFinder, kind: Faceless) -> tuple[float, float]:
    """The thresholds for all boxes and for near ones; a near box is borne less and is sure earlier."""
    count, near, far = 0, [], []
    for pixels in kind.pictures:
        count += 1
        for face in finder.find(image_of(pixels)):
            side = max(face.box.width, face.box.height)
            (near if side >= NEAR * max(pixels.shape) else far).append(face.confidence)
    return _lowest(far, (kind.borne - kind.borne_near) * count), _lowest(
        near, kind.borne_near * count
    )


def _lowest(confidence: list[float], allowed: float) -> float:
    values = np.array(confidence)
    rare = [step for step in STEPS if (values >= step).sum() <= allowed]
    return rare[0] if rare else STEPS[-1]


def _set(folder: Path, threshold: float, near: float) -> Path:
    suspicion = round(near * SUSPICION_SHARE, 3)
    spec = replace(read_spec(folder), threshold=threshold, near_threshold=near, suspicion=suspicion)
    write_spec(folder, spec)
    return folder
