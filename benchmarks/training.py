"""`python -m benchmarks.training`: what the input pipeline costs a training step, and how it compares with Keras' own.

Pictures are generated, so nothing has to be fetched: 600 noisy JPEGs of 256 px with a box each.
Both comparisons are made in one process, in turns, so that a busy machine is unfair to neither.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.row import Row
from unmask.dataset.layouts import read_folder
from unmask.training.batches import Batch, maker
from unmask.training.config import RunConfig, parse_config
from unmask.training.crop_store import CropStore, build_store
from unmask.training.workers import SLOTS, batches
from unmask.types import Box

COUNT, SIDE, BATCH = 600, 256, 32
BLOCKS, STEPS = 6, 20
SETTLE = 2.0
"""Seconds in which the batch processes fill their queue and come to rest."""
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
    """Blocks of steps on a batch in memory and blocks behind the pipeline, in turns.

    Before each block the queue of made batches is brought to where it stays during the block: full
    and at rest for the one, used up for the other. Only then does either say what a long run says.
    """
    config = _config(
        rotation=12,
        shift=0.05,
        zoom=0.08,
        brightness=0.1,
        contrast=0.1,
        damage=0.65,
        self_blend=0.15,
    )
    step = _stepper(config)
    memory, stream = [], []
    with batches(store.folder, config, 0, 10**6) as feed:
        held = next(feed)
        kept = replace(held, images=held.images.copy(), targets=held.targets.copy())
        for _ in range(BLOCKS):
            time.sleep(SETTLE)
            memory.append(_block(lambda: step(kept)))
            stream.append(_block(lambda: step(next(feed)), first=2 * SLOTS))
    making = _making(store, config)
    yield Row("MobileNetV2 160 px: a step on data in memory", 1e3 * median(memory), "ms")
    yield Row("the same step behind the input pipeline", 1e3 * median(stream), "ms")
    ratio = median(s / m for s, m in zip(stream, memory, strict=True))
    yield Row("the pipeline's cost: one over the other", ratio, "", at_most=1.05)
    yield Row("making one picture, processor time", 1e3 * making, "ms")


def _block(work: Callable[[], object], first: int = 2) -> float:
    """Seconds a step, after a few that do not count."""
    for _ in range(first):
        work()
    return _timed(lambda: [work() for _ in range(STEPS)]) / STEPS


def _making(store: CropStore, config: RunConfig) -> float:
    """What the pipeline takes from the step where cores are few."""
    make = maker(store.folder, config)
    make(0)
    began = time.process_time()
    for step in range(1, 9):
        make(step)
    return (time.process_time() - began) / (8 * BATCH)


def _stepper(config: RunConfig) -> Callable[[Batch], None]:
    """Keras is imported here and not above: the batch processes read this module, and train with none."""
    from unmask.training.architectures import build
    from unmask.training.losses import compile_model, targets

    model = build(config.architecture)
    compile_model(model, config)

    def step(batch: Batch) -> None:
        model.train_on_batch(batch.images.astype(np.float32), targets(batch.targets, config))

    return step


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _throughput(store: CropStore, pictures: Path) -> Iterator[Row]:
    """Pictures a second on all cores, the same changes: flip, rotation, shift, zoom, brightness, contrast.

    Theirs reads the files each time, as it is made to; ours reads faces that were cut once.
    """
    ours, theirs = [], []
    config = _config(
        rotation=20, rotate_chance=1.0, shift=0.2, zoom=0.2, brightness=0.1, contrast=0.1
    )
    crew = replace(config, data=replace(config.data, workers=os.cpu_count() or 1))
    with batches(store.folder, crew, 0, 10**6) as feed:
        keras_feed = _keras_feed(pictures)
        for _ in range(4):
            ours.append(_rate(feed))
            theirs.append(_rate(keras_feed))
    yield Row("input pipeline alone, from the store", median(ours), "/s")
    yield Row("image_dataset_from_directory with Random* layers", median(theirs), "/s")
    yield Row("ours over theirs", median(ours) / median(theirs), "", at_least=1.0)


def _keras_feed(pictures: Path) -> Iterator[Any]:
    import keras

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
    changed = data.map(lambda x, y: (change(x, training=True), y), num_parallel_calls=-1)
    return iter(changed.repeat().prefetch(2))


def _rate(feed: Iterator[Any], count: int = 20) -> float:
    """After what had been made while nobody asked."""
    for _ in range(2 * SLOTS):
        next(feed)
    return count * BATCH / _timed(lambda: [next(feed) for _ in range(count)])


if __name__ == "__main__":
    sys.exit(main())
