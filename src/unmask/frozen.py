"""Plain values out of JSON or YAML -> a frozen dataclass: every key known, every value of its field's type."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from unmask.errors import ConfigError

T = TypeVar("T")


def build(kind: type[T], raw: Any, where: str = "") -> T:
    """Raises a ConfigError that names the place, what stands there and what was expected.

    What a dataclass itself refuses in its `__post_init__` is raised as it is.
    """
    if not isinstance(raw, Mapping):
        raise ConfigError(f"{where or 'The file'} holds {raw!r}; expected keys with values.")
    prefix, hints, known = where and f"{where}.", get_type_hints(kind), _fields(kind)
    for key in raw:
        if key not in known:
            raise ConfigError.unknown_key(f"{prefix}{key}", [f"{prefix}{name}" for name in known])
    for name, field in known.items():
        if name not in raw and field.default is MISSING and field.default_factory is MISSING:
            raise ConfigError(f"{prefix}{name} is missing; expected {_name(hints[name])}.")
    return kind(**{key: _value(hints[key], value, f"{prefix}{key}") for key, value in raw.items()})


def _fields(kind: Any) -> dict[str, Field[Any]]:
    return {field.name: field for field in fields(kind)}


def _value(hint: Any, value: Any, where: str) -> Any:
    """A value as the type its field asks for; YAML reads 3e-4 as text, so numbers are parsed."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in inside:
            return None
        hint = inside[0]
        origin, inside = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return build(hint, value, where)  # type: ignore[arg-type]
    try:
        if origin is tuple:
            return tuple(_value(inside[0], v, f"{where}.{i}") for i, v in enumerate(_list(value)))
        if origin is dict:
            return {str(k): _value(inside[1], v, f"{where}.{k}") for k, v in dict(value).items()}
        return _plain(hint, value)
    except (TypeError, ValueError):
        raise ConfigError(f"{where} is {value!r}; expected {_name(hint)}.") from None


def _list(value: Any) -> list[Any] | tuple[Any, ...]:
    """Text is no list of letters."""
    if not isinstance(value, list | tuple):
        raise TypeError
    return value


def _plain(hint: Any, value: Any) -> Any:
    if (hint is bool) != isinstance(value, bool) or value is None:
        raise ValueError
    if hint is int and float(value) != int(float(value)):
        raise ValueError
    return int(float(value)) if hint is int else hint(value)


def _name(hint: Any) -> str:
    return str(getattr(hint, "__name__", hint))
