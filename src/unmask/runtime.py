"""A model file in, a session that runs arrays through it out; the home of ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unmask.errors import DetectorDamaged, InferenceFailed

if TYPE_CHECKING:
    import onnxruntime as ort

Array = NDArray[Any]

_SILENT = 4

# ONNX Runtime (1.31 and 1.32 do) keeps a device number and events in the user's cache folder and sends
# them to its maker, unless it finds this when it is loaded. Nothing leaves the machine here.
os.putenv("ORT_DISABLE_TELEMETRY", "1")


class Session:
    """One opened network; `run` may be called from many threads at once and repeats itself exactly."""

    def __init__(self, session: ort.InferenceSession, path: Path) -> None:
        self._session, self._path = session, path
        self.inputs: tuple[str, ...] = tuple(i.name for i in session.get_inputs())
        self.outputs: tuple[str, ...] = tuple(o.name for o in session.get_outputs())

    @classmethod
    def open(cls, path: Path, threads: int = 1) -> Session:
        """Opens on the processor alone, with `threads` threads for one picture."""
        if not path.is_file():
            raise DetectorDamaged(f"{path} is missing. Install the detector again.")
        import onnxruntime as ort  # takes as long to load as everything else together

        options = ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.use_deterministic_compute = True
        options.log_severity_level = _SILENT
        try:
            session = ort.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime raises many private types
            raise DetectorDamaged(
                f"{path} cannot be opened as a network: {error}. Install the detector again."
            ) from error
        return cls(session, path)

    def run(self, feed: Mapping[str, Array]) -> dict[str, Array]:
        """Arrays by input name in, arrays by output name out."""
        try:
            values = self._session.run(None, dict(feed))
        except Exception as error:  # the same private types
            came = ", ".join(f"{name} {a.dtype} {list(a.shape)}" for name, a in feed.items())
            raise InferenceFailed(
                f"{self._path} could not be run on {came or 'nothing'}: {error}. "
                f"It expects: {', '.join(self.inputs)}."
            ) from error
        return {name: np.asarray(v) for name, v in zip(self.outputs, values, strict=True)}
