"""What a run leaves behind, under plain names: config, fingerprint, environment, history, models."""

from __future__ import annotations

import csv
import json
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import keras

from unmask.errors import ConfigError
from unmask.training.config import RunConfig, parse_config

PACKAGES = ("unmask", "keras", "tensorflow", "tensorflow-cpu", "torch", "jax", "numpy", "pillow")


class RunFolder:
    """Writes the files that a run needs as it goes; the report adds the rest at its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoint = path / "checkpoint"
        self.history = path / "history.csv"

    def begin(self, config: RunConfig, data: str) -> None:
        """Starts the folder, or refuses one that belongs to another run.

        Only the phases may change on the way: a run may be made longer or shorter, and every plan
        it followed is kept as `config.N.json`.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        wanted = _plain({"config": config.to_dict(), "data": data})
        file = self.path / "config.json"
        if file.exists():
            before = json.loads(file.read_text(encoding="utf-8"))
            # An option that came after the run began is off in it: reading the plan fills it in.
            before["config"] = _plain(parse_config(before["config"]).to_dict())
            self._check(before, wanted)
            if before != wanted:
                self._json(f"config.{len(list(self.path.glob('config.*.json')))}.json", before)
        self._json("config.json", wanted)
        self._json("environment.json", environment())

    def _check(self, before: dict[str, Any], wanted: dict[str, Any]) -> None:
        fixed = [{**c["config"], "phases": 0, "keep": 0} for c in (before, wanted)]
        differ = [key for key in fixed[1] if fixed[0].get(key) != fixed[1][key]]
        if before["data"] != wanted["data"]:
            differ.append("the pictures")
        if differ:
            raise ConfigError(
                f"{self.path} holds a run that differs in: {', '.join(differ)}. "
                "Give another folder with --out, or remove that one."
            )

    def save_model(self, model: keras.Model, name: str, h5: bool = False) -> None:
        model.save(self.path / f"{name}.keras")
        if h5:
            model.save(self.path / f"{name}.h5")
        (self.path / "architecture.json").write_text(model.to_json(indent=1), encoding="utf-8")

    def best(self) -> keras.Model:
        return keras.saving.load_model(self.path / "best.keras", compile=False)

    def write_history(self, history: list[dict[str, Any]], seconds: float) -> None:
        """One row per epoch; times go elsewhere, so that the same run gives the same file."""
        with self.history.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(history[0]))
            writer.writeheader()
            writer.writerows(history)
        with (self.path / "times.csv").open("a", encoding="utf-8") as stream:
            stream.write(f"{history[-1]['epoch']},{seconds:.1f}\n")

    def _json(self, name: str, content: Any) -> None:
        text = json.dumps(content, indent=2, ensure_ascii=False)
        (self.path / name).write_text(text + "\n", encoding="utf-8")


def environment() -> dict[str, Any]:
    """What the numbers may depend on besides config and data."""
    found = {"python": sys.version.split()[0], "machine": platform.machine()}
    found["backend"] = keras.backend.backend()
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    """As it reads back from a file: tuples are lists."""
    plain: dict[str, Any] = json.loads(json.dumps(content))
    return plain
