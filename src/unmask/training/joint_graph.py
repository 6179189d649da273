"""Detectors that look at the same crop in, one graph whose log odds are the mean of theirs out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, compose, helper, numpy_helper, version_converter

from unmask.errors import ConfigError
from unmask.stages.detectors import model_file
from unmask.stages.detectors.onnx_detector import ACTIVATION_MAP, INPUT, LOGIT, OnnxDetector
from unmask.stages.detectors.spec import DetectorSpec

IR_VERSION = 10
Shape = tuple[int, int]


@dataclass(frozen=True)
class Member:
    """A detector that has a say, and its graph."""

    detector: OnnxDetector
    model: Any

    @classmethod
    def open(cls, folder: Path) -> Member:
        detector = OnnxDetector.open(folder)
        return cls(detector, onnx.load(folder / model_file.FILE))

    @property
    def spec(self) -> DetectorSpec:
        return self.detector.spec

    @property
    def opset(self) -> int:
        return next(int(i.version) for i in self.model.opset_import if not i.domain)

    @property
    def map_shape(self) -> Shape:
        output = next(o for o in self.model.graph.output if o.name == ACTIVATION_MAP)
        height, width = (int(d.dim_value) for d in output.type.tensor_type.shape.dim[1:])
        if not (height and width):
            raise ConfigError(
                f"The activation map of {self.spec.name!r} has no fixed size; expected one, as every "
                "exported detector has. Export it again."
            )
        return height, width


@dataclass(frozen=True)
class _Piece:
    """Some nodes and the constants they read; pieces are put together with `+`."""

    nodes: tuple[Any, ...] = ()
    constants: tuple[Any, ...] = ()

    def __add__(self, other: _Piece) -> _Piece:
        return _Piece(self.nodes + other.nodes, self.constants + other.constants)


def join(members: Sequence[Member]) -> bytes:
    """Every member sees the crop at its own size; the largest size and the finest map are the whole's."""
    size = max(m.spec.crop.size for m in members)
    heat, opset = max(m.map_shape for m in members), max(m.opset for m in members)
    whole, prefixes = _Piece(), [f"member{i}/" for i in range(len(members))]
    for member, prefix in zip(members, prefixes, strict=True):
        whole += _seen(prefix, size, member.spec.crop.size)
        whole += _asked(prefix, member, opset)
        whole += _heard(prefix, member, heat, 1 / len(members))
    whole += _Piece(tuple(_sum(prefixes, name) for name in (LOGIT, ACTIVATION_MAP)))
    others = {i.domain: i.version for m in members for i in m.model.opset_import if i.domain}
    return _written(whole, size, heat, {"": opset, **others})


def _seen(prefix: str, size: int, side: int) -> _Piece:
    """The crop at the member's size, in whole numbers again, as a crop of that size would be."""
    image = f"{prefix}{INPUT}"
    if size == side:
        return _Piece((helper.make_node("Identity", [INPUT], [image]),))
    steps = (
        ("Transpose", {"perm": [0, 3, 1, 2]}),
        ("Cast", {"to": TensorProto.FLOAT}),
        ("Resize", {"mode": "linear"}),
        ("Round", {}),
        ("Cast", {"to": TensorProto.UINT8}),
        ("Transpose", {"perm": [0, 2, 3, 1]}),
    )
    scales = _scales(f"{prefix}crop/scales", (size, size), (side, side), before=2)
    names = [INPUT, *(f"{prefix}crop/{i}" for i in range(1, len(steps))), image]
    nodes = [
        helper.make_node(
            kind, [given, "", scales.name] if kind == "Resize" else [given], [made], **a
        )
        for (kind, a), (given, made) in zip(steps, pairwise(names), strict=True)
    ]
    return _Piece(tuple(nodes), (scales,))


def _asked(prefix: str, member: Member, opset: int) -> _Piece:
    """The member's own nodes, under names of their own."""
    model = member.model
    if member.opset < opset:
        model = version_converter.convert_version(model, opset)
    graph = compose.add_prefix(model, prefix).graph
    return _Piece(tuple(graph.node), tuple(graph.initializer))


def _heard(prefix: str, member: Member, shape: Shape, share: float) -> _Piece:
    """The member's calibrated log odds and its map in the same measure, each by its share."""
    calibration, found = member.spec.calibration, _Piece()
    if member.map_shape == shape:
        heat = f"{prefix}{ACTIVATION_MAP}"
    else:
        heat = f"{prefix}map"
        scales = _scales(f"{prefix}map/scales", member.map_shape, shape, before=1)
        given = [f"{prefix}{ACTIVATION_MAP}", "", scales.name]
        found += _Piece((helper.make_node("Resize", given, [heat], mode="linear"),), (scales,))
    slope = _number(f"{prefix}slope", calibration.slope * share)
    offset = _number(f"{prefix}offset", calibration.intercept * share)
    found += _Piece(constants=(slope, offset))
    for value, name in ((f"{prefix}{LOGIT}", LOGIT), (heat, ACTIVATION_MAP)):
        product, heard = f"{prefix}{name}/product", f"{prefix}{name}/heard"
        found += _Piece(
            (
                helper.make_node("Mul", [value, slope.name], [product]),
                helper.make_node("Add", [product, offset.name], [heard]),
            )
        )
    return found


def _sum(prefixes: Sequence[str], name: str) -> Any:
    return helper.make_node("Sum", [f"{prefix}{name}/heard" for prefix in prefixes], [name])


def _written(whole: _Piece, size: int, heat: Shape, opsets: dict[str, int]) -> bytes:
    graph = helper.make_graph(
        whole.nodes,
        "joint",
        [helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["N", size, size, 3])],
        [
            helper.make_tensor_value_info(LOGIT, TensorProto.FLOAT, ["N"]),
            helper.make_tensor_value_info(ACTIVATION_MAP, TensorProto.FLOAT, ["N", *heat]),
        ],
        whole.constants,
    )
    imports = [helper.make_opsetid(domain, version) for domain, version in opsets.items()]
    model = helper.make_model(graph, opset_imports=imports, ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _scales(name: str, given: Shape, wanted: Shape, before: int) -> Any:
    """A hair more than the exact factor: the size it makes is rounded down, and must not fall short."""
    factors = [1.0] * before + [w / g for g, w in zip(given, wanted, strict=True)]
    exact = np.array(factors, np.float32)
    return numpy_helper.from_array(
        np.where(exact == 1, exact, np.nextafter(exact, np.float32(9))), name
    )


def _number(name: str, value: float) -> Any:
    return numpy_helper.from_array(np.float32(value).reshape(()), name)
