"""Detector graphs and the Keras network they come from in, milliseconds per face out, all in one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unmask.runtime import Session
from unmask.training.serving import Serving
from unmask.types import Pixels

BATCHES, THREADS = (1, 32), (1, 2)


@dataclass(frozen=True)
class Timing:
    what: str
    threads: int
    batch: int
    milliseconds: float


def timings(models: Mapping[str, Path], serving: Serving, faces: Pixels) -> tuple[Timing, ...]:
    """The median of many calls: other work on the machine makes the mean say nothing."""
    rows = [_keras(serving, faces, batch) for batch in BATCHES]
    for what, path in models.items():
        for threads in THREADS:
            session = Session.open(path, threads)
            for batch in BATCHES:
                feed = {"image": faces[:batch]}
                spent = _median(lambda s=session, f=feed: s.run(f), 40)
                rows.append(Timing(what, threads, batch, spent / batch))
    return tuple(rows)


def times_faster(rows: tuple[Timing, ...], what: str) -> float:
    """How many times faster than Keras `predict` a graph is, one face at a time on one thread."""
    keras = next(r for r in rows if r.what == "Keras predict" and r.batch == 1)
    graph = next(r for r in rows if (r.what, r.threads, r.batch) == (what, 1, 1))
    return keras.milliseconds / graph.milliseconds


def table(rows: tuple[Timing, ...]) -> str:
    lines = ["| network | threads | batch | ms per face |", "|---|---|---|---|"]
    lines += [
        f"| {r.what} | {r.threads or 'all'} | {r.batch} | {r.milliseconds:.2f} |" for r in rows
    ]
    return "\n".join(lines) + "\n"


def _keras(serving: Serving, faces: Pixels, batch: int) -> Timing:
    """`predict` as most programs call it, scaling included; TensorFlow takes all threads."""
    some = faces[:batch]
    spent = _median(lambda: serving.predict(some), 12)
    return Timing("Keras predict", 0, batch, spent / batch)


def _median(call: Callable[[], object], times: int) -> float:
    call()
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        spent.append(1000 * (time.perf_counter() - start))
    return float(np.median(spent))
