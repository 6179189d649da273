"""A scan against a bare loop of decode plus the same network runs; and its memory, few files against many."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.row import Row
from benchmarks.subject import Subject, portrait
from unmask.batch.local import Plan, Scan
from unmask.batch.task import Settings
from unmask.runtime import Session

DIFFERENT = 8
FILES = 600
FEW, MANY = 200, 20_000
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def rows(subject: Subject) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as work:
        folder = _pictures(Path(work) / "speed", FILES, (512, 512))
        for stability in (False, True):
            yield from _speed(subject, folder, stability)
        yield from _memory(subject, Path(work))


def _pictures(folder: Path, count: int, size: tuple[int, int]) -> Path:
    """A few different portraits under many names."""
    folder.mkdir()
    data = [portrait(size, turn=step - DIFFERENT / 2) for step in range(DIFFERENT)]
    for number in range(count):
        (folder / f"{number:05}.jpg").write_bytes(data[number % DIFFERENT])
    return folder


def _speed(subject: Subject, folder: Path, stability: bool) -> Iterator[Row]:
    """The better of two runs on both sides, taken in turn; starting the workers is left out on both."""
    pairs = [
        (_bare(subject, folder, stability), _scanned(subject, folder, stability)) for _ in range(2)
    ]
    bare, scan = (max(side) for side in zip(*pairs, strict=True))
    kind = "with stability" if stability else "without stability"
    yield Row(f"{CORES} cores: bare loop, decode + ONNX Runtime, {kind}", bare, "/s")
    yield Row(f"{CORES} cores: unmask scan, {kind}", scan, "/s")
    yield Row(f"scan against the bare loop, {kind}", scan / bare, "", at_least=0.85)


def _scanned(subject: Subject, folder: Path, stability: bool) -> float:
    """Pictures a second, from the first answer to the last."""
    settings = Settings((subject.detector,), 0.01, subject.whole_picture, stability)
    heard: list[float] = []
    with (
        tempfile.TemporaryDirectory() as out,
        Scan(Plan(folder, Path(out) / "r.jsonl"), settings) as scan,
    ):
        scan.run(lambda _: heard.append(time.perf_counter()))
    return (len(heard) - 1) / (heard[-1] - heard[0])


def _bare(subject: Subject, folder: Path, stability: bool) -> float:
    """Pictures a second of processes that share the files out beforehand and do nothing but the work."""
    context = get_context("spawn")
    ready, start = context.Barrier(CORES + 1), context.Barrier(CORES + 1)
    paths = sorted(folder.iterdir())
    workers = [
        context.Process(target=_loop, args=(subject, stability, paths[part::CORES], (ready, start)))
        for part in range(CORES)
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    start.wait()
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    return len(paths) / (time.perf_counter() - began)


def _loop(subject: Subject, stability: bool, paths: list[Path], gates) -> None:
    """Decode and replay: each picture gets the very network runs that an analysis makes of it."""
    replay = {}
    for path in paths:
        data = path.read_bytes()
        if hash(data) not in replay:
            replay[hash(data)] = _recorded(subject, stability, data)
    for gate in gates:
        gate.wait()
    for path in paths:
        data = path.read_bytes()
        np.asarray(Image.open(BytesIO(data)).convert("RGB"))
        for session, feed in replay[hash(data)]:
            session.run(feed)


def _recorded(subject: Subject, stability: bool, data: bytes) -> list[tuple[Session, dict]]:
    real, calls = Session.run, []

    def run(self, feed):
        calls.append((self, dict(feed)))
        return real(self, feed)

    analyzer = subject.analyzer(stability)
    Session.run = run
    try:
        analyzer.analyze(data)
    finally:
        Session.run = real
    return calls


def _memory(subject: Subject, work: Path) -> Iterator[Row]:
    """Peak of parent and workers together; the pictures are small so that many take little time."""
    peaks = {}
    for count in (FEW, MANY):
        folder = _pictures(work / f"memory {count}", count, (96, 96))
        peaks[count] = _peak_megabytes(subject, folder, work / f"{count}.csv")
        yield Row(
            f"peak memory of a scan of {count:,} pictures, {CORES} workers", peaks[count], "MB"
        )
    yield Row("the difference", peaks[MANY] - peaks[FEW], "MB", at_most=100)


def _peak_megabytes(subject: Subject, folder: Path, out: Path) -> float:
    code = (
        "import resource, sys; from unmask.apps.cli.main import run; run(sys.argv[1:]);"
        f"kinds = ((resource.RUSAGE_SELF, 1), (resource.RUSAGE_CHILDREN, {CORES}));"
        "print(sum(resource.getrusage(k).ru_maxrss * n for k, n in kinds), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "scan", str(folder), "--out", str(out)]
    told = subprocess.run(
        [*command, "--no-stability", *subject.options], capture_output=True, text=True, check=True
    )
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return int(told.stderr.split()[-1]) / unit
