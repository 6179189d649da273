"""A model file on disk in, a thread-safe session that runs arrays through it out; the home of ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from unmask.errors import DetectorDamaged, InferenceFailed

Array = NDArray[Any]


class Session:
    """One opened model; `run` may be called from many threads at once."""

    def __init__(self, session: ort.InferenceSession, path: Path) -> None:
        self._session, self._path = session, path
        self.inputs = tuple(i.name for i in session.get_inputs())
        self.outputs = tuple(o.name for o in session.get_outputs())

    @classmethod
    def open(cls, path: Path, threads: int = 1) -> Session:
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.use_deterministic_compute = True
        options.log_severity_level = 4
        try:
            session = ort.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime raises many private types
            raise DetectorDamaged(f"{path} cannot be opened as a network: {error}.") from error
        return cls(session, path)

    def run(self, feed: Mapping[str, Array]) -> dict[str, Array]:
        try:
            values = self._session.run(None, dict(feed))
        except Exception as error:
            raise InferenceFailed(f"{self._path} could not be run: {error}.") from error
        return {n: np.asarray(v) for n, v in zip(self.outputs, values, strict=True)}
