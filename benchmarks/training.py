"""`python -m benchmarks.training`: what the input pipeline costs a training step, and how it compares with Keras' own.

Pictures are generated, so nothing has to be fetched: 600 noisy JPEGs of 256 px with a box each.
Both comparisons are made in one process, in turns, so that a busy machine is unfair to neither.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import keras
import numpy as np
from PIL import Image

from benchmarks.row import Row
from unmask.dataset.layouts import read_folder
from unmask.training.architectures import build
from unmask.training.config import RunConfig, parse_config
from unmask.training.crop_store import CropStore, build_store
from unmask.training.losses import compile_model, targets
from unmask.training.workers import batches
from unmask.types import Box

COUNT, SIDE, BATCH, ROUNDS = 600, 256, 32, 24
FACE = Box(60, 50, 196, 210)


def main() -> int:
    with tempfile.TemporaryDirectory() as work:
        pictures = _write(Path(work) / "set")
        manifest = read_folder(pictures)
        boxed = manifest.with_entries(replace(entry, box=FACE) for entry in manifest)
        store = build_store(Path(work) / "store", [boxed], finder=None)
        rows = [*_steps(store), *_throughput(store, pictures)]
    for row in rows:
        print(row)
    return int(any(row.passed is False for row in rows))


def _write(root: Path) -> Path:
    rng = np.random.default_rng(0)
    for i in range(COUNT):
        folder = root / "Train" / ("Real", "Fake")[i % 2]
        folder.mkdir(parents=True, exist_ok=True)
        coarse = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        image.save(folder / f"{i:04}.jpg", quality=90)
    return root


def _config(**augment: float) -> RunConfig:
    return parse_config(
        {
            "name": "bench",
            "architecture": {"name": "mobilenetv2", "size": 160},
            "augment": augment,
            "optimise": {"batch": BATCH, "optimiser": "adamw"},
        }
    )


def _steps(store: CropStore) -> Iterator[Row]:
    """The same step on batches that are made beside it and on one that lies in memory, in turns."""
    config = _config(
        rotation=12,
        shift=0.05,
        zoom=0.08,
        brightness=0.1,
        contrast=0.1,
        damage=0.65,
        self_blend=0.15,
    )
    model = build(config.architecture)
    compile_model(model, config)
    with batches(store.folder, config, 0, 8 * ROUNDS) as feed:
        held = next(feed)
        memory = replace(held, images=held.images.copy(), targets=held.targets.copy())
        fresh, still = [], []
        for _ in range(ROUNDS):
            fresh.append(_timed(lambda: _step(model, next(feed), config)))
            still.append(_timed(lambda: _step(model, memory, config)))
        alone = _without_workers(model, memory, config)
        stream = [_timed(lambda: _step(model, next(feed), config)) for _ in range(ROUNDS)]
    yield Row("MobileNetV2 160 px: a step on data in memory", 1e3 * alone, "ms")
    yield Row("the same step behind the input pipeline", 1e3 * median(stream), "ms")
    yield Row("ratio", median(stream) / alone, "", at_most=1.05)
    yield Row("in turns: pipeline over memory", median(fresh[2:]) / median(still[2:]), "")


def _without_workers(model: keras.Model, memory: Any, config: RunConfig) -> float:
    """Workers are full by now and wait, so nothing else runs."""
    time.sleep(2)
    return median(_timed(lambda: _step(model, memory, config)) for _ in range(ROUNDS))


def _step(model: keras.Model, batch: Any, config: RunConfig) -> None:
    model.train_on_batch(batch.images.astype(np.float32), targets(batch.targets, config))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _throughput(store: CropStore, pictures: Path) -> Iterator[Row]:
    """Pictures a second with the same changes: flip, rotation, shift, zoom, brightness, contrast."""
    ours, theirs = [], []
    config = _config(
        rotation=20, rotate_chance=1.0, shift=0.2, zoom=0.2, brightness=0.1, contrast=0.1
    )
    with batches(store.folder, config, 0, 10**6) as feed:
        keras_feed = _keras_feed(pictures)
        for _ in range(4):
            ours.append(_rate(feed))
            theirs.append(_rate(keras_feed))
    yield Row("input pipeline alone, from the store", median(ours), "/s")
    yield Row("image_dataset_from_directory with Random* layers", median(theirs), "/s")
    yield Row("ours over theirs", median(ours) / median(theirs), "", at_least=1.0)


def _keras_feed(pictures: Path) -> Iterator[Any]:
    layers = keras.layers
    change = keras.Sequential(
        [
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(20 / 360),
            layers.RandomTranslation(0.2, 0.2),
            layers.RandomZoom(0.2),
            layers.RandomBrightness(0.1),
            layers.RandomContrast(0.1),
        ]
    )
    data = keras.utils.image_dataset_from_directory(
        pictures / "Train",
        image_size=(160, 160),
        batch_size=BATCH,
        label_mode="binary",
        verbose=False,
    )
    return iter(data.map(lambda x, y: (change(x, training=True), y)).repeat().prefetch(2))


def _rate(feed: Iterator[Any], count: int = 20) -> float:
    next(feed)
    return count * BATCH / _timed(lambda: [next(feed) for _ in range(count)])


if __name__ == "__main__":
    sys.exit(main())
