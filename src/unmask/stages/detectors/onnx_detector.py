"""Crops in, Scores out, by the network of a detector folder whose hash was checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unmask.errors import DetectorDamaged, InferenceFailed
from unmask.runtime import Session
from unmask.stages.detectors import model_file, selftest
from unmask.stages.detectors.spec import DetectorSpec, read_spec
from unmask.types import Crop, Pixels, Score

INPUT, LOGIT, ACTIVATION_MAP = "image", "logit", "activation_map"


class OnnxDetector:
    """A detector folder, opened; built once, it may serve many threads."""

    def __init__(self, folder: Path, spec: DetectorSpec, session: Session) -> None:
        self.folder, self.spec, self._session = folder, spec, session

    @classmethod
    def open(cls, folder: Path, threads: int = 1) -> OnnxDetector:
        spec = read_spec(folder)
        path = folder / model_file.FILE
        model_file.check(path, spec.sha256)
        session = Session.open(path, threads)
        names = (set(session.inputs), set(session.outputs))
        if names != ({INPUT}, {LOGIT, ACTIVATION_MAP}):
            raise DetectorDamaged(
                f"{path} has inputs {sorted(names[0])} and outputs {sorted(names[1])}; a detector "
                f"has the input {INPUT!r} and the outputs {LOGIT!r} and {ACTIVATION_MAP!r}."
            )
        return cls(folder, spec, session)

    def score(self, crops: Sequence[Crop]) -> tuple[Score, ...]:
        return tuple(self._score(crop.pixels) for crop in crops)

    def selftest(self) -> None:
        """Runs the recorded pictures; raises DetectorDamaged when the answers have changed."""
        recording = selftest.read(self.folder)
        answers = [self._run(pixels) for pixels in recording.image]
        recording.compare(
            np.array([logit for logit, _ in answers], np.float32),
            np.stack([heat for _, heat in answers]),
        )

    def _score(self, pixels: Pixels) -> Score:
        logit, heat = self._run(pixels)
        return Score(self.spec.name, logit, heat)

    def _run(self, pixels: Pixels) -> tuple[float, NDArray[np.float32]]:
        """One at a time: as fast as in batches on a CPU, and a score never depends on its neighbours."""
        side = self.spec.crop.size
        if pixels.shape != (side, side, 3) or pixels.dtype != np.uint8:
            raise InferenceFailed(
                f"Detector {self.spec.name!r} was given {pixels.dtype} {pixels.shape}, it expects "
                f"uint8 ({side}, {side}, 3). Cut the face with its own crop settings."
            )
        answer = self._session.run({INPUT: np.ascontiguousarray(pixels)[None]})
        return self._checked(answer[LOGIT], answer[ACTIVATION_MAP])

    def _checked(
        self, logit: NDArray[np.float32], heat: NDArray[np.float32]
    ) -> tuple[float, NDArray[np.float32]]:
        if logit.shape != (1,) or heat.ndim != 3 or len(heat) != 1:
            raise InferenceFailed(
                f"Detector {self.spec.name!r} gave logit {logit.shape} and activation map "
                f"{heat.shape} for one face; expected (1,) and (1, h, w)."
            )
        if not (np.isfinite(logit).all() and np.isfinite(heat).all()):
            raise InferenceFailed(f"Detector {self.spec.name!r} gave a value that is not a number.")
        return float(logit[0]), heat[0]
