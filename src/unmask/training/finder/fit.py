"""A composer in, a trained network out; every batch is drawn from the seed and its own number."""

from __future__ import annotations

import logging

import keras
import numpy as np

from unmask.training.finder.damage import damage
from unmask.training.finder.loss import FinderLoss
from unmask.training.finder.pieces import Rng
from unmask.training.finder.scenes import Composer, Scene, settle
from unmask.training.finder.targets import SIZE, encode

BATCH = 32
RATE = 3e-3
DIARY_STEPS = 100

log = logging.getLogger(__name__)


class Batches(keras.utils.PyDataset):
    """Composed scenes and their targets, the same for the same seed in whatever order they are drawn."""

    def __init__(self, composer: Composer, seed: int, count: int) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self._composer, self._seed, self._count = composer, seed, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int):
        rng = np.random.default_rng([self._seed, index])
        scenes = [self._scene(rng) for _ in range(BATCH)]
        pixels = np.stack([scene.pixels for scene in scenes])
        return pixels, np.stack([encode(scene.boxes, scene.doubtful) for scene in scenes])

    def _scene(self, rng: Rng) -> Scene:
        return settle(*damage(*self._composer.compose(rng), rng), SIZE)


class Diary(keras.callbacks.Callback):
    """Says now and then how far training is."""

    def on_train_batch_end(self, batch, logs=None):
        if batch % DIARY_STEPS == 0:
            log.info("step %d, mean loss so far %.3f", batch, logs["loss"])


def fit(
    network: keras.Model, composer: Composer, seed: int, steps: int, callbacks: tuple = ()
) -> None:
    """Trains in place: a short warm-up, then a cosine down to nothing."""
    rate = keras.optimizers.schedules.CosineDecay(
        RATE / 20, steps - steps // 20, warmup_target=RATE, warmup_steps=steps // 20
    )
    network.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=1e-4, clipnorm=5.0),
        loss=FinderLoss(SIZE),
        jit_compile=False,
    )
    network.fit(
        Batches(composer, seed, steps),
        epochs=1,
        shuffle=False,
        verbose=0,
        callbacks=[Diary(), *callbacks],
    )
