"""A float32 detector graph and real faces in, its int8 twin out: half the time, a third of the size.

Weights are kept to seven bits: on processors without VNNI, pairs of full eight-bit products
overflow sixteen bits, and the same file would give other answers there than here.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.calibrate import CalibrationDataReader

from unmask.errors import ExportMismatch
from unmask.runtime import Session
from unmask.types import Pixels

FEWEST = 100
"""Fewer faces do not show the range of what the layers give."""

_OPERATIONS = [
    "Conv",
    "Add",
    "GlobalAveragePool",
    "AveragePool",
    "MaxPool",
    "Concat",
    "Relu",
    "Clip",
]


_RANGES = (
    (CalibrationMethod.MinMax, {}),
    (CalibrationMethod.Percentile, {"CalibPercentile": 99.99}),
)


def quantize(model: bytes, pictures: Pixels) -> bytes:
    """The better of two ways to choose ranges: everything seen, or all but the rarest values.

    Both are measured on `pictures`; take faces the detector is not calibrated or tested on.
    """
    if len(pictures) < FEWEST:
        raise ExportMismatch(
            f"{len(pictures)} faces were given to measure ranges on; expected at least {FEWEST}. "
            "Give more pictures."
        )
    with tempfile.TemporaryDirectory() as work, _quiet():
        source = Path(work) / "float.onnx"
        source.write_bytes(model)
        wanted = _logits(source, pictures)
        twins = [_quantized(source, pictures, *way) for way in _RANGES]
        gaps = [float(np.abs(_logits(twin, pictures) - wanted).mean()) for twin in twins]
        return twins[int(np.argmin(gaps))].read_bytes()


def _quantized(
    source: Path, pictures: Pixels, method: CalibrationMethod, options: dict[str, Any]
) -> Path:
    target = source.with_name(f"{method.name}.onnx")
    quantize_static(
        source,
        target,
        _Reader(pictures),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=_OPERATIONS,
        nodes_to_exclude=_last_steps(onnx.load(source)),
        per_channel=True,
        reduce_range=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=method,
        extra_options=options,
    )
    return target


def _logits(path: Path, pictures: Pixels) -> NDArray[np.float32]:
    session = Session.open(path)
    return np.concatenate([session.run({"image": picture[None]})["logit"] for picture in pictures])


class _Reader(CalibrationDataReader):
    """One picture at a time, so that memory stays small."""

    def __init__(self, pictures: Pixels) -> None:
        self._pictures = iter(pictures)

    def get_next(self) -> dict[str, Any] | None:
        picture = next(self._pictures, None)
        return None if picture is None else {"image": picture[None]}


def _last_steps(model: onnx.ModelProto) -> list[str]:
    """Everything that a convolution no longer follows: the answer itself stays in float32."""
    makers = {name: node for node in model.graph.node for name in node.output}
    found: dict[str, None] = {}
    todo = [output.name for output in model.graph.output]
    while todo:
        node = makers.get(todo.pop())
        if node is not None and node.op_type not in ("Conv", "Relu", "Clip", "Concat"):
            found[node.name] = None
            todo.extend(node.input)
    return list(found)


@contextmanager
def _quiet() -> Iterator[None]:
    """ONNX Runtime's tools print what they do, and advise what tf2onnx has done already."""
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with redirect_stdout(StringIO()):
            yield
    finally:
        logger.setLevel(level)
