"""A run in the middle <-> a folder: model with optimiser, running mean and progress, whole or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import keras
import numpy as np

from unmask.training.average import RunningMean
from unmask.training.config import Optimise
from unmask.training.progress import Progress

MODEL, MEAN, PROGRESS = "model.keras", "mean.npz", "progress.json"


def save(folder: Path, model: keras.Model, mean: RunningMean, progress: Progress) -> None:
    """Writes beside the old checkpoint and then swaps the names: a kill leaves one of the two."""
    new, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    model.save(new / MODEL)
    np.savez(new / MEAN, looks=mean.looks, **_named("w", mean.weights), **_named("s", mean.start))
    (new / PROGRESS).write_text(json.dumps(progress.to_dict()), encoding="utf-8")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def find(folder: Path) -> Path | None:
    """The newest whole checkpoint, if there is one."""
    for name in (folder.name, folder.name + ".old"):
        if (folder.with_name(name) / PROGRESS).is_file():
            return folder.with_name(name)
    return None


def load(folder: Path, optimise: Optimise) -> tuple[keras.Model, RunningMean, Progress]:
    model = keras.saving.load_model(folder / MODEL)
    mean = RunningMean(model, optimise.average, optimise.remember)
    with np.load(folder / MEAN, allow_pickle=False) as stored:
        mean.looks = int(stored["looks"])
        mean.weights = [stored[name] for name in _named("w", mean.weights)]
        mean.start = [stored[name] for name in _named("s", mean.start)]
    return model, mean, Progress(**json.loads((folder / PROGRESS).read_text(encoding="utf-8")))


def _named(letter: str, weights: list[np.ndarray]) -> dict[str, np.ndarray]:
    return {f"{letter}{i}": weight for i, weight in enumerate(weights)}
