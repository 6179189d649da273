"""The graph of an exported detector + the network it was made from -> the network with the graph's weights.

An exported graph has batch normalisation folded into its convolutions, so a run can be taken up
again from what ships. A folded convolution is `scale * kernel(x) + shift`; behind each one the
normalisation gets the statistics that its kernel shows on some pictures, and a gain and a shift
that undo them: the same function, and one that can go on learning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import keras
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from unmask.errors import ConfigError

Array = NDArray[np.float32]
T = TypeVar("T")

KERNELS = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.Dense)


@dataclass(frozen=True)
class Folded:
    """What one layer of the graph computes: `scale * kernel(x) + shift`, one number per channel."""

    kernel: Array
    scale: Array
    shift: Array


def take_over(model: keras.Model, graph: Path, pictures: Array) -> None:
    """Fills the model in place; `pictures` (values 0 to 255) show what each kernel gives."""
    folded = _ranked(dict(_folded(_file(graph))))
    layers = list(model._flatten_layers(include_self=False))
    kernels = _ranked({layer.name: layer for layer in layers if isinstance(layer, KERNELS)})
    missing = [layer.name for key, layer in kernels.items() if key not in folded]
    if missing:
        raise ConfigError(
            f"{graph} holds no weights for {', '.join(missing[:3])}; expected a detector that was "
            "exported from the same architecture."
        )
    behind = _normalisations(layers)
    for key, layer in kernels.items():
        _fill(layer, behind.get(layer.name), folded[key])
    normalised = {behind[k.name]: folded[key] for key, k in kernels.items() if k.name in behind}
    _restore(model, normalised, pictures)


def _ranked(named: dict[str, T]) -> dict[tuple[str, int], T]:
    """By base name and place: Keras goes on counting `conv2d_7` through all networks of a process."""
    found: dict[str, list[tuple[int, T]]] = defaultdict(list)
    for name, thing in named.items():
        base, _, number = name.rpartition("_")
        key, place = (base, int(number)) if base and number.isdigit() else (name, -1)
        found[key].append((place, thing))
    return {
        (base, rank): thing
        for base, things in found.items()
        for rank, (_, thing) in enumerate(sorted(things, key=lambda pair: pair[0]))
    }


def _file(graph: Path) -> Path:
    path = graph / "model.onnx" if graph.is_dir() else graph
    if not path.is_file():
        raise ConfigError(
            f"architecture.start is {str(graph)!r}; expected a detector's folder or its model.onnx."
        )
    return path


def _fill(layer: keras.Layer, normalisation: keras.Layer | None, found: Folded) -> None:
    kernel = found.kernel.reshape(layer.kernel.shape)
    if normalisation is not None:
        layer.kernel.assign(kernel)
        _set(normalisation, found.scale, found.shift, np.zeros_like(found.shift), None)
        return
    layer.kernel.assign(kernel * found.scale)
    if layer.bias is not None:
        layer.bias.assign(found.shift)
    elif found.shift.any():
        raise ConfigError(
            f"The graph adds a bias behind {layer.name}, which has none in this architecture; "
            "expected a detector that was exported from the same architecture."
        )


def _set(bn: keras.Layer, scale: Array, shift: Array, mean: Array, variance: Array | None) -> None:
    """Statistics of choice, and the gain and shift that make `scale * x + shift` of them. Without
    a gain, as in InceptionV3, there is one variance that does."""
    if bn.gamma is None:
        variance = 1 / np.square(scale) - bn.epsilon
    elif variance is None:
        variance = np.full_like(shift, 1 - bn.epsilon)
    bn.moving_mean.assign(mean)
    bn.moving_variance.assign(variance)
    if bn.gamma is not None:
        bn.gamma.assign(scale * np.sqrt(variance + bn.epsilon))
    bn.beta.assign(shift + scale * mean)


def _restore(model: keras.Model, normalised: dict[Any, Folded], pictures: Array) -> None:
    """One run over the pictures: what normalisation sees is what training will see."""
    record: dict[str, list[tuple[Array, Array]]] = {}
    for part in np.array_split(pictures, max(len(pictures) // 32, 1)):
        for layer, given in _given(model, list(normalised), part):
            axes = tuple(range(given.ndim - 1))
            record.setdefault(layer.name, []).append((given.mean(axes), (given**2).mean(axes)))
    for bn, found in normalised.items():
        mean, square = (np.mean(values, axis=0) for values in zip(*record[bn.name], strict=True))
        _set(bn, found.scale, found.shift, mean, np.maximum(square - mean**2, 1e-6))


def _given(
    model: keras.Model, layers: list[keras.Layer], pictures: Array
) -> Iterator[tuple[keras.Layer, Array]]:
    """What each layer is given when the model looks at the pictures."""
    seen: list[tuple[keras.Layer, Array]] = []
    for layer in layers:
        layer.call = _listening(layer, seen)
    try:
        model(pictures, training=False)
    finally:
        for layer in layers:
            del layer.call
    yield from seen


def _listening(layer: keras.Layer, seen: list[tuple[keras.Layer, Array]]) -> Any:
    original = layer.call

    def call(inputs: Any, *args: Any, **options: Any) -> Any:
        seen.append((layer, np.asarray(keras.ops.convert_to_numpy(inputs))))
        return original(inputs, *args, **options)

    return call


def _normalisations(layers: list[keras.Layer]) -> dict[str, keras.Layer]:
    """By the name of the kernel in front of it."""
    found = {}
    for layer in layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            maker = layer.input._keras_history.operation
            if isinstance(maker, KERNELS):
                found[maker.name] = layer
    return found


def _folded(graph: Path) -> Iterator[tuple[str, Folded]]:
    """Every kernel of the graph under the name of its Keras layer."""
    proto = onnx.load(graph).graph
    constants = {t.name: numpy_helper.to_array(t) for t in proto.initializer}
    for node in proto.node:
        if node.op_type == "Cast" and node.input[0] in constants:
            constants[node.output[0]] = constants[node.input[0]].astype(np.float32)
    readers = {name: node for node in proto.node for name in node.input}
    for node in proto.node:
        if node.op_type in ("Conv", "MatMul") and node.input[1] in constants:
            name = _layer(node.name) or _layer(node.input[1])
            if name:
                yield name, _one(node, constants, readers)


def _one(node: Any, constants: dict[str, Any], readers: dict[str, Any]) -> Folded:
    kernel = constants[node.input[1]]
    if node.op_type == "MatMul":
        channels = kernel.shape[1]
    else:
        channels = kernel.shape[0]
        depthwise = kernel.shape[1] == 1 and any(
            a.name == "group" and a.i == channels for a in node.attribute
        )
        kernel = kernel.transpose((2, 3, 0, 1) if depthwise else (2, 3, 1, 0))
    scale, shift = np.ones(channels, np.float32), np.zeros(channels, np.float32)
    if len(node.input) > 2:
        shift = shift + constants[node.input[2]].reshape(-1)
    while (after := readers.get(node.output[0])) is not None and after.op_type in ("Mul", "Add"):
        held = [constants[name] for name in after.input if name in constants]
        if not held:
            break
        value = held[0].reshape(-1).astype(np.float32)
        scale, shift = (
            (scale * value, shift * value) if after.op_type == "Mul" else (scale, shift + value)
        )
        node = after
    return Folded(kernel.astype(np.float32), scale, shift)


def _layer(path: str) -> str:
    """`net_1/body_1/dw25_1/depthwise` -> `dw25`: the tracer numbers every scope once more."""
    found = re.search(r"([^/]+)_\d+/(?:convolution|depthwise|MatMul|BiasAdd|Cast)(?:/|$)", path)
    return found[1] if found else ""
