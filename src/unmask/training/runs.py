"""A training run's folder in, its network in float32 and what the run knows about itself out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from unmask.errors import ConfigError
from unmask.stages.detectors.spec import FILE, read_spec
from unmask.types import CropSpec

MODELS = ("best.keras", "final.keras")


@dataclass(frozen=True)
class Run:
    model: keras.Model
    crop: CropSpec
    name: str
    origin: str
    leave_out: tuple[str, ...] = ()
    """Sets and makers that it has not seen and must not be calibrated on."""
    seen_before: tuple[str, ...] = ()
    """Sets that the detector it began from was trained on."""


def open_run(folder: Path, checkpoint: str = "") -> Run:
    """Opens the best weights of a run, or the file asked for; the network expects values of 0 to 255."""
    config = _config(folder)
    names = (checkpoint,) if checkpoint else MODELS
    path = next((folder / name for name in names if (folder / name).is_file()), None)
    if path is None:
        raise ConfigError(
            f"{folder} holds none of {', '.join(names)}. Give the folder of a finished run, or "
            "name the file to export."
        )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Run(
        model=in_float32(keras.saving.load_model(path, compile=False)),
        crop=CropSpec(int(config["architecture"]["size"]), float(config["data"]["margin"])),
        name=str(config["name"]),
        origin=f"{config['name']}, {path.name} {digest[:16]}",
        leave_out=tuple(config["data"].get("leave_out", ())),
        seen_before=_sets_behind(str(config["architecture"].get("start", ""))),
    )


def _sets_behind(start: str) -> tuple[str, ...]:
    """Of `architecture.start`, a detector's folder or its graph; a graph alone tells nothing."""
    path = Path(start)
    folder = path if path.is_dir() else path.parent
    return read_spec(folder).trained_on if start and (folder / FILE).is_file() else ()


def in_float32(model: keras.Model) -> keras.Model:
    """The same network without half-precision layers, which no exporter understands."""
    config = model.get_config()
    plain = _plain(config)
    if plain == config:
        return model
    twin: keras.Model = type(model).from_config(plain)
    twin.set_weights(model.get_weights())
    return twin


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("class_name") == "DTypePolicy":
            return {**value, "config": {"name": "float32"}}
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_plain(inner) for inner in value)
    return "float32" if value in ("mixed_bfloat16", "mixed_float16") else value


def _config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["config"]
        return {key: config[key] for key in ("name", "architecture", "data")}
    except FileNotFoundError:
        raise ConfigError(f"{path} is missing. Give the folder of a training run.") from None
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{path} is not a run's configuration: {error!r}.") from error
