"""Import, one cold answer, one warm answer: what a person and a server feel."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from statistics import median

import numpy as np
from PIL import Image

from benchmarks.row import Row
from benchmarks.subject import PORTRAIT, Subject, portrait
from unmask import Analyzer
from unmask.runtime import Session

PROCESSES = 7
ROUNDS = 40
ANALYZER = "unmask; from unmask import Analyzer"
HEAVY = {"keras", "tensorflow", "torch", "pandas", "matplotlib", "scipy", "pyarrow", "click"}


def rows(subject: Subject) -> Iterator[Row]:
    yield Row("import unmask, less an empty Python", _import_seconds("unmask"), "s", at_most=0.2)
    yield Row("numpy and Pillow alone", _import_seconds("numpy, PIL.Image"), "s")
    yield Row("the same and Analyzer, loaded when first named", _import_seconds(ANALYZER), "s")
    yield Row("import unmask and Analyzer: heavy libraries loaded", len(_heavy()), "", at_most=0)
    yield Row("unmask check of one picture, cold process", _cold_seconds(subject), "s", at_most=1.0)
    yield from _warm(subject)


def _import_seconds(what: str) -> float:
    return _python_seconds(f"import {what}") - _python_seconds("pass")


def _python_seconds(code: str) -> float:
    return median(_process_seconds([sys.executable, "-c", code]) for _ in range(PROCESSES))


def _heavy() -> set[str]:
    code = f"import sys, {ANALYZER}; print(*{{m.split('.')[0] for m in sys.modules}})"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return HEAVY & set(told.stdout.split())


def _cold_seconds(subject: Subject) -> float:
    command = [sys.executable, "-m", "unmask", "check", str(PORTRAIT), *subject.options]
    return median(_process_seconds(command) for _ in range(PROCESSES))


def _process_seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ})
    return time.perf_counter() - began


def _warm(subject: Subject) -> Iterator[Row]:
    """One megapixel, one face, one thread; the time inside ONNX Runtime is taken away."""
    data = portrait()
    decode, around, network = _split(subject.analyzer(), data)
    yield Row("1 megapixel, warm: JPEG decode alone (Pillow)", decode, "ms")
    yield Row("1 megapixel, warm: inside the networks", network, "ms")
    yield Row("1 megapixel, warm: around the networks", around, "ms", at_most=decode + 3)
    full = _milliseconds(lambda: analyzer.analyze(data)) if (analyzer := _full(subject)) else 0.0
    yield Row("1 megapixel, warm: everything, with stability and heat map", full, "ms")


def _full(subject: Subject) -> Analyzer:
    return subject.analyzer(stability=True, explain=True)


def _milliseconds(work: Callable[[], object]) -> float:
    work()
    return median(_once(work) for _ in range(ROUNDS))


def _once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _split(analyzer: Analyzer, data: bytes) -> tuple[float, float, float]:
    """Milliseconds of a plain decode, around the networks and inside them: medians, taken in turns."""
    analyzer.analyze(data)
    rounds = []
    for _ in range(ROUNDS):
        decode = _once(lambda: np.asarray(Image.open(BytesIO(data)).convert("RGB")))
        with timed_networks() as inside:
            total = _once(lambda: analyzer.analyze(data))
        rounds.append((decode, total - sum(inside), sum(inside)))
    decode, around, network = map(median, zip(*rounds, strict=True))
    return decode, around, network


@contextmanager
def timed_networks() -> Iterator[list[float]]:
    """The milliseconds of every run of a network while the block runs."""
    real, inside = Session.run, []

    def run(self, feed):
        began = time.perf_counter()
        try:
            return real(self, feed)
        finally:
            inside.append((time.perf_counter() - began) * 1000)

    Session.run = run
    try:
        yield inside
    finally:
        Session.run = real
