"""Detectors small enough to make in a test: real folders, whose network answers with the mean brightness."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from unmask.stages.detectors import model_file, selftest, spec, store
from unmask.types import Calibration, CropSpec, Policy, Rate

SIDE = 16


def brightness_network(side: int = SIDE, scale: float = 16.0) -> onnx.ModelProto:
    """uint8 pictures -> logit (mean - 128) / scale, and the grey picture as activation map."""
    nodes = [
        helper.make_node("Cast", ["image"], ["x"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["x", "last"], ["activation_map"], keepdims=0),
        helper.make_node("ReduceMean", ["x", "all"], ["mean"], keepdims=0),
        helper.make_node("Sub", ["mean", "centre"], ["shifted"]),
        helper.make_node("Div", ["shifted", "scale"], ["logit"]),
    ]
    constants = [
        helper.make_tensor("last", TensorProto.INT64, [1], [3]),
        helper.make_tensor("all", TensorProto.INT64, [3], [1, 2, 3]),
        helper.make_tensor("centre", TensorProto.FLOAT, [], [128.0]),
        helper.make_tensor("scale", TensorProto.FLOAT, [], [scale]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", side, side, 3])
    logit = helper.make_tensor_value_info("logit", TensorProto.FLOAT, ["N"])
    heat = helper.make_tensor_value_info("activation_map", TensorProto.FLOAT, ["N", side, side])
    graph = helper.make_graph(nodes, "brightness", [image], [logit, heat], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def brightness_spec(name: str, sha256: str, side: int = SIDE) -> spec.DetectorSpec:
    rate = Rate(0.01, 0.005, 0.02, 1000)
    policies = tuple(Policy(b, 0.9, 0.2, 8, rate, rate) for b in (0.001, 0.01, 0.05))
    return spec.DetectorSpec(
        name=name,
        version="1.0.0",
        summary="Calls bright pictures fake.",
        crop=CropSpec(side, 1.4),
        calibration=Calibration(1.0, 0.0, "made for tests"),
        policies=policies,
        sha256=sha256,
        licence="MIT",
        trained_on=(),
        from_run="",
        cannot_judge=("anything",),
    )


@pytest.fixture(scope="session")
def make_detector():
    """`make_detector(folder)` fills a new folder with a whole detector named after it."""

    def make(folder: Path, *, name: str | None = None, model: bytes | None = None) -> Path:
        folder.mkdir(parents=True)
        data = model or brightness_network().SerializeToString()
        (folder / model_file.FILE).write_bytes(data)
        spec.write_spec(
            folder,
            brightness_spec(
                folder.name if name is None else name, hashlib.sha256(data).hexdigest()
            ),
        )
        (folder / store.CARD_FILE).write_text("# A detector for tests\n", encoding="utf-8")
        images = np.stack([np.full((SIDE, SIDE, 3), v, np.uint8) for v in (0, 100, 255)])
        logits = np.array([-8, -1.75, 127 / 16], np.float32)
        selftest.write(
            folder, selftest.Recording(images, logits, images[..., 0].astype(np.float32))
        )
        return folder

    return make
