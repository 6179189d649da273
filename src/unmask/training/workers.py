"""Step numbers -> batches in order, made ahead of time by processes that share memory with the trainer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from queue import Empty
from threading import Thread
from typing import Any

import numpy as np

from unmask.errors import TrainingError
from unmask.training.batches import Batch, maker
from unmask.training.config import RunConfig

SLOTS = 3
"""Batches a worker may be ahead; each holds its own piece of shared memory."""
BEHIND = 10
"""Niceness: the training step comes first, batches are made in the gaps it leaves. Twice as nice, and
whatever else is at work on the machine would starve them, and so the step."""


@contextmanager
def batches(folder: Path, config: RunConfig, first: int, last: int) -> Iterator[Iterator[Batch]]:
    """The batches of steps `first` to `last` (exclusive); with no workers they are made on demand."""
    if config.data.workers == 0:
        make = maker(folder, config)
        yield (make(step) for step in range(first, last))
        return
    crew = [
        _Worker(folder, config, range(first + n, last, config.data.workers))
        for n in range(config.data.workers)
    ]
    try:
        yield (crew[i % len(crew)].next() for i in range(last - first))
    finally:
        for worker in crew:
            worker.stop()


class _Worker:
    """One process and the memory it fills; `free` tells it which slot may be overwritten."""

    def __init__(self, folder: Path, config: RunConfig, steps: range) -> None:
        context = get_context("spawn")
        self.count, self.size = config.optimise.batch, config.architecture.size
        self.memory = SharedMemory(create=True, size=SLOTS * _slot_bytes(self.count, self.size))
        self.free, self.done = context.SimpleQueue(), context.Queue()
        self.held: int | None = None
        for slot in range(SLOTS):
            self.free.put(slot)
        task = (folder, config, steps, self.memory.name, self.free, self.done)
        self.process = context.Process(target=_work, args=task, daemon=True)
        self.process.start()

    def next(self) -> Batch:
        """The next batch; it stays valid until the one after it is asked for."""
        if self.held is not None:
            self.free.put(self.held)
        while True:
            try:
                self.held = self.done.get(timeout=5)
                break
            except Empty as error:
                if not self.process.is_alive():
                    raise TrainingError(
                        f"A batch process ended with code {self.process.exitcode}. Its own message stands above; "
                        "set data.workers to 0 to see it here."
                    ) from error
        return _views(self.memory, self.held, self.count, self.size)

    def stop(self) -> None:
        self.process.terminate()
        self.process.join()
        self.done.close()
        self.memory.unlink()


def _work(folder: Path, config: RunConfig, steps: range, name: str, free: Any, done: Any) -> None:
    os.nice(BEHIND)
    Thread(target=_end_with_parent, daemon=True).start()
    make, memory = maker(folder, config), SharedMemory(name)
    for step in steps:
        slot = free.get()
        target = _views(memory, slot, config.optimise.batch, config.architecture.size)
        batch = make(step)
        target.images[:], target.targets[:], target.weights[:] = (
            batch.images,
            batch.targets,
            batch.weights,
        )
        done.put(slot)


def _end_with_parent() -> None:
    """A trainer that was killed stops nobody: its workers would wait for a free slot for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _slot_bytes(count: int, size: int) -> int:
    return count * (size * size * 3 + 8)


def _views(memory: SharedMemory, slot: int, count: int, size: int) -> Batch:
    start, pixels = slot * _slot_bytes(count, size), count * size * size * 3
    numbers = np.ndarray((2, count), np.float32, memory.buf, start + pixels)
    images = np.ndarray((count, size, size, 3), np.uint8, memory.buf, start)
    return Batch(images, numbers[0], numbers[1])
