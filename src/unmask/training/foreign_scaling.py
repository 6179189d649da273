"""A network's description from an old Keras file in, the same with its plain arithmetic as Rescaling layers out.

Keras 2 wrote `x / 127.5 - 1` as two layers that call TensorFlow's functions by name. Such a layer
can call anything, so it is never opened; where its name is one of these four and its other operand
is a plain number, what it means is known without opening it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Number = float | list[float]

MEANINGS: dict[str, Callable[[float], tuple[float, float]]] = {
    "math.truediv": lambda y: (1 / y, 0.0),
    "math.multiply": lambda y: (y, 0.0),
    "math.subtract": lambda y: (1.0, -y),
    "__operators__.add": lambda y: (1.0, y),
}
"""Function -> what `x` is multiplied with, and what is added."""

COLOURS = 3


def with_rescaling(config: Any) -> Any:
    """Everything else stays as it is, for the check that follows to refuse."""
    if isinstance(config, list):
        return [with_rescaling(item) for item in config]
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "TFOpLambda":
        return _rescaling(config) or config
    return {key: with_rescaling(value) for key, value in config.items()}


def _rescaling(layer: dict[str, Any]) -> dict[str, Any] | None:
    settings, calls = layer.get("config"), layer.get("inbound_nodes")
    if not isinstance(settings, dict) or not isinstance(calls, list) or len(calls) != 1:
        return None
    meaning, operand = MEANINGS.get(str(settings.get("function"))), _operand(calls[0])
    if meaning is None or operand is None:
        return None
    name = settings.get("name")
    return {
        "class_name": "Rescaling",
        "config": {"name": name, **_means(meaning, operand), "dtype": "float32"},
        "name": name,
        "inbound_nodes": [[[*calls[0][:3], {}]]],
    }


def _means(meaning: Callable[[float], tuple[float, float]], operand: Number) -> dict[str, Number]:
    if isinstance(operand, list):
        scale, offset = map(list, zip(*map(meaning, operand), strict=True))
        return {"scale": scale, "offset": offset}
    scale, offset = meaning(operand)
    return {"scale": scale, "offset": offset}


def _operand(call: Any) -> Number | None:
    """The number beside the picture, or one for each colour; None for anything else, zero included."""
    if not isinstance(call, list) or len(call) != 4 or not isinstance(call[0], str):
        return None
    given = call[3]
    if not isinstance(given, dict) or set(given) - {"y", "name"}:
        return None
    value = given.get("y")
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    values = value if isinstance(value, list) else [value]
    if len(values) not in (1, COLOURS) or not all(type(v) in (int, float) and v for v in values):
        return None
    return value
