"""A network's description from a foreign Keras file in, the same in today's spelling out, if it is harmless."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

from unmask.errors import UnsupportedFormat

REFUSED = {
    "Lambda": "runs code from the file",
    "TFSMLayer": "loads another file",
    "TorchModuleWrapper": "opens a pickle",
    "JaxLayer": "runs code from the file",
    "FlaxLayer": "runs code from the file",
    "TFOpLambda": "calls any function by name",
    "SlicingOpLambda": "calls any function by name",
    "StringLookup": "reads other files",
    "IntegerLookup": "reads other files",
    "TextVectorization": "reads other files",
}
_NETWORKS = {"Functional", "Sequential", "Model"}
_PARTS = (
    keras.layers,
    keras.initializers,
    keras.regularizers,
    keras.constraints,
    keras.dtype_policies,
)
_POLICIES = {"DTypePolicy", "Policy", "FloatDTypePolicy"}
_VALUES = {"__tensor__", "__numpy__", "__keras_tensor__", "__tuple__", "TensorShape"}
_MODULES = {"keras", "builtins"}
_IGNORED = {"compile_config", "training_config", "build_config"}
_DROPPED: dict[str, tuple[Any, ...]] = {
    "groups": (1, None),
    "rng_type": ("stateful", None),
    "force_generator": (True, False),
    "ragged": (False,),
}
_MAX_DEPTH = 100


def checked(config: Any, path: Path) -> Any:
    """The config itself, once every class and function in it is one of Keras' own harmless ones."""
    _check(config, path, 0)
    return config


def modernised(config: Any) -> Any:
    """What older versions wrote and this one stumbles over, put the way it is written now."""
    if isinstance(config, list):
        return [modernised(item) for item in config]
    if not isinstance(config, dict):
        return config
    plain = {key: modernised(value) for key, value in config.items()}
    settings = plain.get("config")
    if isinstance(settings, dict):
        _modernise(str(plain.get("class_name")), settings)
    return plain


def _modernise(name: str, settings: dict[str, Any]) -> None:
    """Drops settings that had one value only, unpacks single axes and single ends of a network."""
    for key, meaningless in _DROPPED.items():
        if settings.get(key, ...) in meaningless:
            del settings[key]
    axis = settings.get("axis")
    if name in ("BatchNormalization", "SyncBatchNormalization") and isinstance(axis, list):
        settings["axis"] = axis[0]
    if name == "SeparableConv2D":
        for key in ("kernel_initializer", "kernel_regularizer", "kernel_constraint"):
            settings.pop(key, None)
    if name in ("Functional", "Model"):
        _count_calls_from_zero(settings)
        for key in ("input_layers", "output_layers"):
            ends = settings.get(key)
            if isinstance(ends, list) and len(ends) == 1 and isinstance(ends[0], list):
                settings[key] = ends[0]


def _count_calls_from_zero(settings: dict[str, Any]) -> None:
    """A network inside a network had, until Keras 3, a first call of its own that no longer counts."""
    layers = [layer for layer in settings.get("layers", []) if isinstance(layer, dict)]
    inner = {x.get("name") for x in layers if x.get("class_name") in _NETWORKS}
    calls = [settings.get("output_layers"), *(x.get("inbound_nodes") for x in layers)]
    found = [call for part in calls for call in _references(part) if call[0] in inner]
    first = {name: min(c[1] for c in found if c[0] == name) for name in {c[0] for c in found}}
    for call in found:
        call[1] -= first[call[0]]


def _references(value: Any) -> Iterator[list[Any]]:
    """Every `[layer, call, output]` in a part of an old description."""
    if not isinstance(value, list):
        return
    if len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int):
        yield value
    for item in value:
        yield from _references(item)


def _check(value: Any, path: Path, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise UnsupportedFormat(f"The network in {path} is nested deeper than {_MAX_DEPTH} levels.")
    if isinstance(value, list):
        for item in value:
            _check(item, path, depth + 1)
    elif isinstance(value, dict):
        if "class_name" in value:
            _check_class(value, path)
        for key, item in value.items():
            if key not in _IGNORED:
                _check(item, path, depth + 1)


def _check_class(value: dict[str, Any], path: Path) -> None:
    name, module = value["class_name"], value.get("module") or "keras"
    why = REFUSED.get(str(name)) or ("" if _known(value) else "is not one of Keras' own layers")
    if str(module).partition(".")[0] not in _MODULES:
        why = f"comes from {module!r}"
    if why:
        raise UnsupportedFormat(
            f"{path} contains {str(name)[:80]!r}, which {why}; such a file is not opened. "
            "Save the network with standard layers only."
        )


def _known(value: dict[str, Any]) -> bool:
    name = value["class_name"]
    if not isinstance(name, str):
        return False
    if name == "function":
        return isinstance(value.get("config"), str) and _is_activation(value["config"])
    known = name in _NETWORKS or name in _POLICIES or name in _VALUES
    return known or any(isinstance(getattr(part, name, None), type) for part in _PARTS)


def _is_activation(name: str) -> bool:
    return callable(getattr(keras.activations, name, None)) and name not in ("get", "deserialize")
