"""A float32 graph in, the same graph with its weights stored in half the bytes out.

Weights are kept as float16 and cast back when the file is opened, so every sum is still made in
float32. Only the rounding of the weights is new, and a gate says how much it does.
"""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from unmask.errors import ExportMismatch
from unmask.training.detector_folder import opened
from unmask.training.parity import difference
from unmask.types import Pixels

SMALLEST = 1024
"""Bytes: below that nothing is gained."""
TOLERANCE = 0.02
"""How far a logit may move; decisions turn on differences a hundred times larger."""


def halve(model: bytes, pictures: Pixels) -> tuple[bytes, float]:
    """The smaller graph and the largest change of a logit on real pictures."""
    half = _halved(model)
    with opened(model) as full_session, opened(half) as half_session:
        answers = [s.run({"image": pictures})["logit"] for s in (full_session, half_session)]
    worst = difference(answers[1], answers[0])
    if not worst < TOLERANCE:
        raise ExportMismatch(
            f"With weights stored in 16 bits a logit moves by {worst:.3g}; less than {TOLERANCE:g} "
            "is expected. Export with full weights."
        )
    return half, worst


def _halved(model: bytes) -> bytes:
    proto = onnx.load_from_string(model)
    graph, casts = proto.graph, []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.nbytes > SMALLEST and _fits(values):
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}/half"))
            casts.append(
                helper.make_node(
                    "Cast", [f"{name}/half"], [name], f"{name}/widen", to=TensorProto.FLOAT
                )
            )
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(proto)
    return bytes(proto.SerializeToString())


def _fits(values: NDArray[np.float32]) -> bool:
    return bool(np.abs(values).max(initial=0.0) < np.finfo(np.float16).max)
