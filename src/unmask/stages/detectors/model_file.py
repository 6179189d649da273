"""A model file in, its hash out, once it is known to be whole and to need no other file.

An ONNX file may name other files to read its weights from. Such a name can point anywhere on the
machine, and the hash of the model file says nothing about them, so a detector must not have any.
The few message fields that can carry one are walked here, because the `onnx` package is a training
dependency and far too heavy to serve with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from unmask.errors import DetectorDamaged

FILE = "model.onnx"
_CHUNK = 1 << 20

# Field numbers from onnx.proto: where tensors and graphs can stand inside each message.
_INSIDE: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
}
_TENSOR_EXTERNAL, _TENSOR_LOCATION = 13, 14
_MAX_DEPTH = 32


def sha256(path: Path) -> str:
    """The file's hash, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def check(path: Path, expected_sha256: str) -> None:
    """Raises unless the file is there, is the one described, and stands alone."""
    if not path.is_file():
        raise DetectorDamaged(f"{path} is missing. Install the detector again.")
    found = sha256(path)
    if found != expected_sha256:
        raise DetectorDamaged(
            f"{path} has the hash {found[:16]}…, its detector.json expects "
            f"{expected_sha256[:16]}…. The file was changed or damaged; install the detector again."
        )
    try:
        outside = refers_to_other_files(path.read_bytes())
    except ValueError as error:
        raise DetectorDamaged(f"{path} is not an ONNX file: {error}.") from error
    if outside:
        raise DetectorDamaged(
            f"{path} keeps weights in other files. A detector must hold all its weights itself; "
            "save it again without external data."
        )


def refers_to_other_files(model: bytes) -> bool:
    """Whether any tensor of an ONNX model says that its values lie in another file."""
    return _external(memoryview(model), "model", 0)


def _external(message: memoryview, kind: str, depth: int) -> bool:
    if depth > _MAX_DEPTH:
        raise ValueError(f"graphs nested deeper than {_MAX_DEPTH}")
    if kind == "tensor":
        return any(
            number == _TENSOR_EXTERNAL or (number == _TENSOR_LOCATION and value == 1)
            for number, value in _fields(message)
        )
    inside = _INSIDE[kind]
    return any(
        _external(value, inside[number], depth + 1)
        for number, value in _fields(message)
        if number in inside and isinstance(value, memoryview)
    )


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Field numbers and values of one protocol-buffer message; fixed-width values are skipped."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        wire = key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield key >> 3, value
        elif wire == 2:
            size, at = _varint(message, at)
            if at + size > len(message):
                raise ValueError("it ends too early")
            yield key >> 3, message[at : at + size]
            at += size
        elif wire in (1, 5):
            at += 8 if wire == 1 else 4
        else:
            raise ValueError(f"wire type {wire}")


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            raise ValueError("it ends too early")
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise ValueError("a number too long")
