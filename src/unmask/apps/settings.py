"""Environment and configuration file -> Settings: what every front end takes where nothing is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from unmask.errors import ConfigError
from unmask.types import DEFAULT_DETECTOR, Limits

PREFIX = "UNMASK_"


@dataclass(frozen=True)
class Settings:
    """Weakest first: these defaults, then the file, then the environment, then an option."""

    detector: tuple[str, ...] = (DEFAULT_DETECTOR,)
    false_alarm_rate: float = 0.01
    max_bytes: int = Limits.max_bytes
    max_pixels: int = Limits.max_pixels

    @property
    def limits(self) -> Limits:
        return Limits(max_bytes=self.max_bytes, max_pixels=self.max_pixels)


def load(environment: Mapping[str, str]) -> Settings:
    """The settings in force; tables in the file belong to other front ends and are left to them."""
    path = file(environment)
    values = {k: v for k, v in _read(path).items() if not isinstance(v, dict)}
    unknown = set(values) - set(_KINDS)
    if unknown:
        raise ConfigError(f"{path}: {ConfigError.unknown_key(min(unknown), _KINDS)}")
    values |= {k: environment[v] for k in _KINDS if (v := PREFIX + k.upper()) in environment}
    return Settings(**{key: _value(key, value) for key, value in values.items()})


def file(environment: Mapping[str, str]) -> Path:
    """Where the configuration file is, whether or not it is there."""
    if named := environment.get(f"{PREFIX}CONFIG"):
        return Path(named)
    home = environment.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path("~/.config").expanduser()) / "unmask" / "config.toml"


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error


def _names(value: Any) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else list(value)
    if not names or not all(isinstance(n, str) and n.strip() for n in names):
        raise ValueError
    return tuple(name.strip() for name in names)


def _positive(value: Any) -> int:
    if isinstance(value, bool | float) or int(value) <= 0:
        raise ValueError
    return int(value)


def _rate(value: Any) -> float:
    if isinstance(value, bool) or not 0 < float(value) < 1:
        raise ValueError
    return float(value)


_KINDS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "detector": (_names, "a name, or several with commas between"),
    "false_alarm_rate": (_rate, "a number between 0 and 1, such as 0.01"),
    "max_bytes": (_positive, "a whole number above 0"),
    "max_pixels": (_positive, "a whole number above 0"),
}
assert set(_KINDS) == {field.name for field in fields(Settings)}


def _value(key: str, value: Any) -> Any:
    convert, expected = _KINDS[key]
    try:
        return convert(value)
    except (TypeError, ValueError):
        raise ConfigError(
            f"The setting {key!r} is {value!r}; expected {expected}. Correct it in the "
            f"configuration file or in {PREFIX}{key.upper()}."
        ) from None
