"""Config + CropStore -> a trained model in its run folder, phase by phase; a killed run goes on as if nothing was."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from unmask.training import checkpoint
from unmask.training.architectures import build
from unmask.training.architectures.exported import take_over
from unmask.training.average import RunningMean
from unmask.training.batches import Batch, seen, training_items
from unmask.training.config import Phase, RunConfig
from unmask.training.crop_store import CropStore
from unmask.training.losses import compile_model, targets
from unmask.training.measure import Measure
from unmask.training.progress import Progress, place, total_epochs
from unmask.training.report import write_report
from unmask.training.run_folder import RunFolder
from unmask.training.schedule import rate
from unmask.training.tensorboard import write_events
from unmask.training.workers import batches

Report = Callable[[int, int, float], None]


class Trainer:
    """One run: what it holds between epochs is exactly what a checkpoint holds."""

    def __init__(self, config: RunConfig, store: CropStore, out: RunFolder) -> None:
        keras.config.set_dtype_policy(config.optimise.precision)
        keras.utils.set_random_seed(config.seed)
        self.config, self.store, self.out = config, store, out
        self.measure = Measure(store, config)
        self.steps = config.optimise.steps_per_epoch or max(
            len(training_items(store, config)) // config.optimise.batch, 1
        )
        found = checkpoint.find(out.checkpoint)
        if found:
            self.model, self.mean, self.progress = checkpoint.load(found, config.optimise)
        else:
            self.model = build(config.architecture)
            if config.architecture.start:
                take_over(self.model, Path(config.architecture.start), seen(store, config))
            optimise = config.optimise
            self.mean = RunningMean(self.model, optimise.average, optimise.remember)
            self.progress = Progress()

    def run(self, report: Report = lambda step, steps, loss: None) -> None:
        """Trains to the end and leaves the best and the final model in the run folder."""
        first, last = self.progress.epoch, total_epochs(self.config)
        with batches(self.store.folder, self.config, first * self.steps, last * self.steps) as feed:
            while self.progress.epoch < last and not self.progress.stopped:
                self._epoch(feed, report)
        with self.mean.applied() as model:
            self.out.save_model(model, "final", self.config.keep.h5)

    def _epoch(self, feed: Any, report: Report) -> None:
        number, phase, before = place(self.config, self.progress.epoch)
        if before == 0:
            learn(self.model, phase)
            compile_model(self.model, self.config)
        reseed(self.model, self.config.seed, self.progress.epoch)
        began, losses = time.monotonic(), []
        for i in range(self.steps):
            losses.append(self._step(next(feed), phase, before * self.steps + i))
            self.mean.follow(self.progress.epoch * self.steps + i)
            report(
                self.progress.epoch * self.steps + i,
                total_epochs(self.config) * self.steps,
                losses[-1],
            )
        row = {"epoch": self.progress.epoch, "phase": number, "loss": float(np.mean(losses))}
        row["rate"] = float(np.asarray(self.model.optimizer.learning_rate))
        self._judge(row, time.monotonic() - began)

    def _step(self, batch: Batch, phase: Phase, step: int) -> float:
        now = rate(phase, step, phase.epochs * self.steps) * self.progress.scale
        self.model.optimizer.learning_rate = now
        values = targets(batch.targets, self.config)
        images = batch.images.astype(np.float32)
        return float(self.model.train_on_batch(images, values, sample_weight=batch.weights))

    def _judge(self, row: dict[str, Any], seconds: float) -> None:
        with self.mean.applied() as model:
            row.update(self.measure(model))
            if self.progress.note(row, self.config.optimise):
                self.out.save_model(model, "best", self.config.keep.h5)
        self.out.write_history(self.progress.history, seconds)
        if self.config.keep.tensorboard:
            write_events(self.out.path / "tensorboard", self.progress.history)
        checkpoint.save(self.out.checkpoint, self.model, self.mean, self.progress)


def learn(model: keras.Model, phase: Phase) -> None:
    """Says which layers move; frozen batch normalisation also keeps its statistics."""
    body = next((layer for layer in model.layers if layer.name == "body"), None)
    if body is None:
        return
    inner = body.layers
    count = {"head": 0, "all": len(inner)}.get(phase.train)
    count = int(phase.train) if count is None else count
    body.trainable = True
    for layer in inner:
        layer.trainable = False
    for layer in inner[len(inner) - count :] if count else []:
        layer.trainable = True


def reseed(model: keras.Model, seed: int, epoch: int) -> None:
    """Dropout starts each epoch from seed and epoch, so that going on equals never having stopped.

    Keras draws it from the model's own states, but on torch from torch's one generator.
    """
    keras.utils.set_random_seed((seed + epoch) % 2**32)
    states = [v for v in model.variables if v.path.endswith("seed_generator_state")]
    for i, state in enumerate(states):
        state.assign(np.array([seed, epoch * len(states) + i], state.dtype))


def train(
    config: RunConfig,
    store: CropStore,
    folder: Path,
    report: Report = lambda step, steps, loss: None,
) -> RunFolder:
    """Begins or goes on; at the end the best weights are judged once more and everything is written down."""
    out = RunFolder(folder)
    out.begin(config, store.fingerprint())
    trainer = Trainer(config, store, out)
    trainer.run(report)
    write_report(out.path, config.to_dict(), trainer.progress.history, out.best(), trainer.measure)
    return out
