"""The recorded end of a Keras classifier -> its logit before any squashing, and the evidence in every cell.

Probabilities lose digits near 0 and 1, so the logit is taken from before the sigmoid or softmax
wherever that place can be found.
"""

from __future__ import annotations

from typing import Any, Literal

import keras
from keras import layers, ops

from unmask.errors import ConfigError
from unmask.training.recording import Call, Recording

Kind = Literal["linear", "squashed", "probability"]

_SURE = 1e-7
_POOLS = (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)
_CELL_BY_CELL = (
    layers.Activation,
    layers.BatchNormalization,
    layers.Dense,
    layers.Dropout,
    layers.Flatten,
    layers.LayerNormalization,
    layers.LeakyReLU,
    layers.ReLU,
    layers.Softmax,
)


def logit(output: Any, record: Recording) -> tuple[Any, Kind]:
    """One number for each picture, large where the second (or only) class is likely."""
    if not hasattr(output, "shape"):
        raise ConfigError("The model has several outputs; expected one, of one or two numbers.")
    found = record.that_gave(output)
    squashing = _squashing(found[1].layer) if found else None
    if found is None or squashing is None:
        return _from_probability(output), "probability"
    if squashing == "linear":
        return _difference(output), "linear"
    if squashing not in ("sigmoid", "softmax"):
        raise ConfigError(
            f"The model ends in {squashing!r}; expected a sigmoid, a softmax or a plain number."
        )
    return _difference(_before(found[1])), "squashed"


def evidence(output: Any, record: Recording, logit: Any) -> Any:
    """What each cell of the last feature map says, [N, h, w].

    Where the head pools and then works on one vector, the same head is asked about each cell: with
    average pooling and one Dense layer this is the class-activation map, whose mean is the logit.
    Elsewhere it is how active a cell is, counted for the side the answer leans to.
    """
    found = _pooled_head(output, record)
    if found:
        features, chain = found
        cells = ops.reshape(features, (-1, features.shape[-1]))
        said = _difference(_ask(chain, cells))
        return ops.reshape(said, (-1, features.shape[1], features.shape[2]))
    features = record.last_map()
    if features is None:
        return ops.reshape(logit, (-1, 1, 1))
    active = ops.mean(ops.relu(ops.cast(features, "float32")), axis=-1)
    return active * ops.reshape(ops.sign(logit), (-1, 1, 1))


def _squashing(layer: keras.Layer) -> str | None:
    """The name of the function a layer ends with; None for layers that have none."""
    if isinstance(layer, layers.Softmax):
        return "softmax"
    if isinstance(layer, layers.Dense | layers.Activation):
        return str(getattr(layer.activation, "__name__", layer.activation))
    return None


def _before(call: Call) -> Any:
    """The value that a squashing layer squashed."""
    return _weighted(call.layer, call.given) if isinstance(call.layer, layers.Dense) else call.given


def _weighted(dense: layers.Dense, given: Any) -> Any:
    value = ops.matmul(ops.cast(given, "float32"), ops.cast(dense.kernel, "float32"))
    return value if dense.bias is None else value + ops.cast(dense.bias, "float32")


def _difference(values: Any) -> Any:
    """One number stays, two become second minus first: the softmax of two is the sigmoid of that."""
    values = ops.cast(values, "float32")
    width = values.shape[-1] if len(values.shape) == 2 else 0
    if width == 1:
        return values[:, 0]
    if width == 2:
        return values[:, 1] - values[:, 0]
    raise ConfigError(
        f"The model gives numbers of the shape {tuple(values.shape)}; expected one or two for each "
        "picture: the chance of a fake, or of each class."
    )


def _from_probability(output: Any) -> Any:
    """Log odds of a probability whose making is unknown, kept finite."""
    values = ops.cast(output, "float32")
    if len(values.shape) == 1:
        values = values[:, None]
    chance = _difference(values) if values.shape[-1] == 1 else (_difference(values) + 1) / 2
    chance = ops.clip(chance, _SURE, 1 - _SURE)
    return ops.log(chance) - ops.log(1 - chance)


def _pooled_head(output: Any, record: Recording) -> tuple[Any, list[keras.Layer]] | None:
    """The feature map that is pooled and the layers after it, when each has one input and one output."""
    chain: list[keras.Layer] = []
    found = record.that_gave(output)
    while found:
        place, call = found
        if isinstance(call.layer, _POOLS):
            usable = chain and not call.layer.keepdims and _is_last_map(call.given)
            return (call.given, chain[::-1]) if usable else None
        if not isinstance(call.layer, _CELL_BY_CELL):
            return None
        chain.append(call.layer)
        found = record.that_gave(call.given, before=place)
    return None


def _is_last_map(features: Any) -> bool:
    return len(features.shape) == 4 and features.shape[1] * features.shape[2] > 1


def _ask(chain: list[keras.Layer], cells: Any) -> Any:
    """Runs a head on vectors it never pooled, up to the place before its squashing."""
    *first, last = chain
    for layer in first:
        takes_mode = isinstance(layer, layers.Dropout | layers.BatchNormalization)
        cells = layer(cells, training=False) if takes_mode else layer(cells)
    return _weighted(last, cells) if isinstance(last, layers.Dense) else cells
