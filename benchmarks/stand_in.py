"""A folder with a detector of three million weights that knows nothing: for machines that have no trained one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from unmask.stages.detectors.spec import DetectorSpec, write_spec
from unmask.types import Calibration, CropSpec, Policy, Rate

SIDE = 160
# Channels and stride of each block: a depthwise 3 x 3, then a 1 x 1, as in the MobileNet family.
BLOCKS = ((32, 2), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2))
BLOCKS += ((512, 1),) * 4 + ((1024, 2), (1024, 1))


def write(folder: Path) -> Path:
    """Writes `folder` and gives it back."""
    folder.mkdir(parents=True)
    data = _model().SerializeToString()
    (folder / "model.onnx").write_bytes(data)
    rate = Rate(0.5, 0.4, 0.6, 100)
    spec = DetectorSpec(
        name="stand-in",
        version="0.0.0",
        summary="Knows nothing; its answers mean nothing; it only takes as long as a real one.",
        crop=CropSpec(SIDE, 1.4),
        calibration=Calibration(1.0, 0.0, "nothing"),
        policies=tuple(Policy(b, 0.5, 0.4999, 16, rate, rate) for b in (0.001, 0.01, 0.05)),
        sha256=hashlib.sha256(data).hexdigest(),
        licence="MIT",
        trained_on=(),
        from_run="",
        cannot_judge=("Everything.",),
    )
    write_spec(folder, spec)
    return folder


def _model() -> onnx.ModelProto:
    rng, nodes, weights = np.random.default_rng(0), [], []

    def conv(x: str, shape: tuple[int, ...], stride: int, group: int) -> str:
        name = f"c{len(weights)}"
        value = rng.normal(0, (2 / np.prod(shape[1:])) ** 0.5, shape).astype(np.float32)
        weights.append(onnx.numpy_helper.from_array(value, f"{name}w"))
        pad = shape[-1] // 2
        nodes.append(
            helper.make_node(
                "Conv", [x, f"{name}w"], [name], strides=[stride] * 2, pads=[pad] * 4, group=group
            )
        )
        nodes.append(helper.make_node("Clip", [name, "zero", "six"], [f"{name}r"]))
        return f"{name}r"

    nodes.append(helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT))
    nodes.append(helper.make_node("Div", ["float", "full"], ["scaled"]))
    nodes.append(helper.make_node("Transpose", ["scaled"], ["nchw"], perm=[0, 3, 1, 2]))
    x, channels = conv("nchw", (32, 3, 3, 3), 2, 1), 32
    for wide, stride in BLOCKS[1:]:
        x = conv(x, (channels, 1, 3, 3), stride, channels)
        x, channels = conv(x, (wide, channels, 1, 1), 1, 1), wide
    nodes.append(helper.make_node("ReduceMean", [x, "channels"], ["activation_map"], keepdims=0))
    nodes.append(helper.make_node("ReduceMean", ["activation_map", "map"], ["logit"], keepdims=0))
    weights += [helper.make_tensor(n, TensorProto.FLOAT, [], [v]) for n, v in _NUMBERS.items()]
    weights += [helper.make_tensor(n, TensorProto.INT64, [len(v)], v) for n, v in _AXES.items()]
    graph = helper.make_graph(nodes, "stand_in", [_INPUT], _outputs(), weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


_NUMBERS = {"zero": 0.0, "six": 6.0, "full": 255.0}
_AXES = {"channels": [1], "map": [1, 2]}
_INPUT = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", SIDE, SIDE, 3])


def _outputs() -> list[onnx.ValueInfoProto]:
    side = SIDE // 32
    return [
        helper.make_tensor_value_info("logit", TensorProto.FLOAT, ["N"]),
        helper.make_tensor_value_info("activation_map", TensorProto.FLOAT, ["N", side, side]),
    ]
