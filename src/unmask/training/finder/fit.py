"""A composer in, a trained network out; every batch is drawn from the seed and its own number."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from unmask.training.finder.damage import damage
from unmask.training.finder.loss import FinderLoss
from unmask.training.finder.pieces import Rng
from unmask.training.finder.scenes import Composer, Scene, settle
from unmask.training.finder.targets import SIZE, encode

BATCH = 32
RATE = 3e-3
DIARY_STEPS = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Course:
    """How long to train, and from where: an interrupted training goes on with its next batch."""

    seed: int
    steps: int
    first: int = 0
    rate: float = RATE
    keep: Path | None = None
    """Where the weights are kept now and then."""


class Batches(keras.utils.PyDataset):
    """Composed scenes and their targets, the same for the same seed in whatever order they are drawn."""

    def __init__(self, composer: Composer, course: Course) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self._composer, self._course = composer, course

    def __len__(self) -> int:
        return self._course.steps

    def __getitem__(self, index: int):
        rng = np.random.default_rng([self._course.seed, self._course.first + index])
        scenes = [self._scene(rng) for _ in range(BATCH)]
        pixels = np.stack([scene.pixels for scene in scenes])
        return pixels, np.stack([encode(scene.boxes, scene.doubtful) for scene in scenes])

    def _scene(self, rng: Rng) -> Scene:
        return settle(*damage(*self._composer.compose(rng), rng), SIZE)


class Diary(keras.callbacks.Callback):
    """Says now and then how far training is, and keeps the weights."""

    def __init__(self, keep: Path | None) -> None:
        super().__init__()
        self._keep = keep

    def on_train_batch_end(self, batch, logs=None):
        if batch % DIARY_STEPS == 0:
            log.info("step %d, mean loss so far %.3f", batch, logs["loss"])
            if self._keep is not None and batch:
                self.model.save_weights(self._keep)


def fit(network: keras.Model, composer: Composer, course: Course) -> None:
    """Trains in place: a short warm-up, then a cosine down to nothing."""
    warm = max(course.steps // 20, 1)
    rate = keras.optimizers.schedules.CosineDecay(
        course.rate / 20, course.steps - warm, warmup_target=course.rate, warmup_steps=warm
    )
    network.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=1e-4, clipnorm=5.0),
        loss=FinderLoss(SIZE),
        jit_compile=False,
    )
    diary = Diary(course.keep)
    network.fit(Batches(composer, course), shuffle=False, verbose=0, callbacks=[diary])
