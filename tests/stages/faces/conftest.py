"""Finder folders made on the spot: a network of a few nodes that says what the test wants."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from unmask.stages.faces import selftest
from unmask.stages.faces.spec import FinderSpec, write_spec
from unmask.types import DecodedImage, Source

SIZE = 64


def graph(size: int = SIZE) -> onnx.ModelProto:
    """Finds red: every 8 px cell says how red it is, and its box is the cell with 4 px around it."""
    cells = size // 8
    left, top = np.meshgrid(np.arange(cells) * 8.0, np.arange(cells) * 8.0)
    boxes = np.stack([left - 4, top - 4, left + 12, top + 12], axis=-1).reshape(1, -1, 4)
    constants = {
        "boxes_of_cells": boxes.astype(np.float32),
        "red_only": np.array([1.0, -0.5, -0.5], np.float32).reshape(1, 3, 1, 1) / 255,
        "channels": np.array([1], np.int64),
        "flat": np.array([0, -1], np.int64),
        "flat_boxes": np.array([0, 0, 1], np.int64),
    }
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["float"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Mul", ["planes", "red_only"], ["weighted"]),
        helper.make_node("ReduceSum", ["weighted", "channels"], ["red"], keepdims=1),
        helper.make_node("AveragePool", ["red"], ["mean"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Reshape", ["mean", "flat"], ["line"]),
        helper.make_node("Clip", ["line", "low", "high"], ["confidence"]),
        helper.make_node("Unsqueeze", ["confidence", "last"], ["column"]),
        helper.make_node("Mul", ["column", "nothing"], ["zeros"]),
        helper.make_node("Add", ["boxes_of_cells", "zeros"], ["boxes"]),
    ]
    constants |= {
        "low": np.float32(0.0),
        "high": np.float32(1.0),
        "nothing": np.float32(0.0),
        "last": np.array([2], np.int64),
    }
    del constants["flat_boxes"]
    made = helper.make_graph(
        nodes,
        "red",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", size, size, 3])],
        [
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, ["n", cells**2, 4]),
            helper.make_tensor_value_info("confidence", TensorProto.FLOAT, ["n", cells**2]),
        ],
        [numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


@pytest.fixture
def red_finder(tmp_path: Path) -> Path:
    """A finder folder whose faces are red squares."""
    onnx.save(graph(), tmp_path / "model.onnx")
    sha256 = hashlib.sha256((tmp_path / "model.onnx").read_bytes()).hexdigest()
    write_spec(tmp_path, spec(sha256))
    image = np.zeros((1, SIZE, SIZE, 3), np.uint8)
    image[0, 8:16, 8:16, 0] = 255
    cells = (SIZE // 8) ** 2
    confidence = np.zeros((1, cells), np.float32)
    confidence[0, SIZE // 8 + 1] = 1.0
    boxes = numpy_helper.to_array(graph().graph.initializer[0])
    selftest.write(tmp_path, selftest.Recording(image, boxes, confidence))
    return tmp_path


def spec(sha256: str) -> FinderSpec:
    return FinderSpec(
        name="red",
        version="1.0.0",
        summary="Finds red squares.",
        size=SIZE,
        threshold=0.6,
        near_threshold=0.6,
        suspicion=0.3,
        sha256=sha256,
        licence="MIT",
        trained_on=("nothing",),
        from_run="drawn by hand",
    )


@pytest.fixture
def picture() -> Callable[..., DecodedImage]:
    """A grey picture with red squares: `picture(width, height, (left, top, side), ...)`."""

    def make(width: int, height: int, *squares: tuple[int, int, int]) -> DecodedImage:
        pixels = np.full((height, width, 3), 90, dtype=np.uint8)
        for left, top, side in squares:
            pixels[top : top + side, left : left + side] = (255, 0, 0)
        return DecodedImage(pixels, Source("", pixels.nbytes, "image/raw"))

    return make
