"""A run in the middle <-> a folder: model with optimiser, running mean and progress, whole or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import keras
import numpy as np

from unmask.training.average import RunningMean
from unmask.training.progress import Progress

MODEL, MEAN, PROGRESS = "model.keras", "mean.npz", "progress.json"


def save(folder: Path, model: keras.Model, mean: RunningMean, progress: Progress) -> None:
    """Writes beside the old checkpoint and then swaps the names: a kill leaves one of the two."""
    new, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    model.save(new / MODEL)
    np.savez(new / MEAN, looks=mean.looks, **{f"w{i}": w for i, w in enumerate(mean.weights)})
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


def load(folder: Path, momentum: float) -> tuple[keras.Model, RunningMean, Progress]:
    model = keras.saving.load_model(folder / MODEL)
    mean = RunningMean(model, momentum)
    with np.load(folder / MEAN, allow_pickle=False) as stored:
        mean.looks = int(stored["looks"])
        mean.weights = [stored[f"w{i}"] for i in range(len(stored.files) - 1)]
    return model, mean, Progress(**json.loads((folder / PROGRESS).read_text(encoding="utf-8")))
