"""Tiny real ONNX models, made in memory: small enough to reason about, real enough to run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from unmask.stages.detectors import selftest
from unmask.stages.detectors.onnx_detector import OnnxDetector
from unmask.stages.detectors.spec import DetectorSpec, write_spec
from unmask.types import Calibration, Crop, CropSpec, Policy, Rate

SIZE = 32
CROP, PLAIN = CropSpec(SIZE, 1.25), Calibration(1.0, 0.0, "made up for tests")


def detector_model(sign: int = 1, size: int = SIZE) -> onnx.ModelProto:
    """logit = (mean red - mean blue) / 16; the activation map is the same, cell by cell."""
    weights = np.zeros((1, 3, 1, 1), np.float32)
    weights[0, :, 0, 0] = np.array([1, 0, -1]) * sign / 16
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["float"], ["nchw"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["nchw", "weights"], ["lean"]),
        helper.make_node("AveragePool", ["lean"], ["cells"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Squeeze", ["cells", "channel"], ["activation_map"]),
        helper.make_node("ReduceMean", ["activation_map", "space"], ["logit"], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", size, size, 3])],
        [
            helper.make_tensor_value_info("logit", TensorProto.FLOAT, ["N"]),
            helper.make_tensor_value_info(
                "activation_map", TensorProto.FLOAT, ["N", size // 8, size // 8]
            ),
        ],
        [
            helper.make_tensor("weights", TensorProto.FLOAT, [1, 3, 1, 1], weights.ravel()),
            helper.make_tensor("channel", TensorProto.INT64, [1], [1]),
            helper.make_tensor("space", TensorProto.INT64, [2], [1, 2]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model)
    return model


def policies(min_face_pixels: int = 16) -> tuple[Policy, ...]:
    """Three operating points, as a measured detector would have them."""
    return tuple(
        Policy(
            false_alarm_budget=budget,
            fake_above=fake_above,
            real_below=0.2,
            min_face_pixels=min_face_pixels,
            false_alarm_rate=Rate(budget, budget / 2, budget * 2, 2000),
            miss_rate=Rate(0.1, 0.08, 0.12, 2000),
        )
        for budget, fake_above in ((0.001, 0.99), (0.01, 0.95), (0.05, 0.85))
    )


def write_detector(
    folder: Path,
    name: str = "tiny",
    sign: int = 1,
    crop: CropSpec = CROP,
    calibration: Calibration = PLAIN,
) -> Path:
    folder.mkdir(parents=True)
    data = detector_model(sign, crop.size).SerializeToString()
    (folder / "model.onnx").write_bytes(data)
    spec = DetectorSpec(
        name=name,
        version="1.0.0",
        summary="Calls red faces fake.",
        crop=crop,
        calibration=calibration,
        policies=policies(),
        sha256=hashlib.sha256(data).hexdigest(),
        licence="MIT",
        trained_on=("nothing",),
        from_run="",
        cannot_judge=("Anything real.",),
    )
    write_spec(folder, spec)
    (folder / "README.md").write_text("# A detector for tests\n", encoding="utf-8")
    _write_selftest(folder)
    return folder


def _write_selftest(folder: Path) -> None:
    detector = OnnxDetector.open(folder)
    side = detector.spec.crop.size
    images = np.random.default_rng(0).integers(0, 256, (4, side, side, 3), np.uint8)
    scores = detector.score([Crop(image, None) for image in images])
    selftest.write(
        folder,
        selftest.Recording(
            images,
            np.array([s.logit for s in scores], np.float32),
            np.stack([s.activation_map for s in scores]),
        ),
    )
