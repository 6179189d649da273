"""The service on loopback against the bare analyzer on the same cores: throughput, latency, overload, memory."""

from __future__ import annotations

import asyncio
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from benchmarks.load import Reply, at_a_rate, in_a_row
from benchmarks.row import Row
from benchmarks.subject import Subject, portrait

# The client runs on the same cores as the server; that cost is part of what is measured.
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
SECONDS = float(os.environ.get("BENCHMARK_SECONDS", "20"))
REQUESTS = int(os.environ.get("BENCHMARK_REQUESTS", "20000"))
OVERLOAD_SECONDS = min(SECONDS, 10)
SHARE, LOAD, OVERLOAD = 0.85, 0.7, 10
DIFFERENT = 24


def rows(subject: Subject) -> Iterator[Row]:
    """Bounded in time and in count; every picture is another one and nothing is cached."""
    pictures = [portrait((512, 512), turn=n / 4) for n in range(DIFFERENT)]
    bare = _bare(subject, pictures)
    yield Row(f"bare analyzer on {CORES} cores", bare, "/s")
    with server(subject) as (port, pid):
        asyncio.run(in_a_row(port, pictures, CORES, 2))
        full = _full(port, pictures)
        yield Row(f"service, saturated: {CORES} workers", full, "/s")
        yield Row("service, of the bare analyzer", full / bare, "", at_least=SHARE)
        yield from _loaded(port, pictures, full)
        yield from _overloaded(port, pictures, full)
        yield from _memory(port, pid)


def _full(port: int, pictures: list[bytes]) -> float:
    begun = time.perf_counter()
    replies = asyncio.run(in_a_row(port, pictures, 4 * CORES, SECONDS))
    return _count(replies, 200) / (time.perf_counter() - begun)


def _loaded(port: int, pictures: list[bytes], full: float) -> Iterator[Row]:
    replies = asyncio.run(at_a_rate(port, pictures, LOAD * full, SECONDS))
    times = [r.seconds for r in replies if r.status == 200]
    middle, late = median(times), _quantile(times, 0.99)
    yield Row(f"at {LOAD:.0%} load: median", middle * 1000, "ms")
    yield Row(f"at {LOAD:.0%} load: 99 of 100", late * 1000, "ms")
    yield Row(f"at {LOAD:.0%} load: 99 of 100 / median", late / middle, "", at_most=4)
    yield Row(f"at {LOAD:.0%} load: refused", len(replies) - len(times), "", at_most=0)


def _overloaded(port: int, pictures: list[bytes], full: float) -> Iterator[Row]:
    begun = time.perf_counter()
    replies = asyncio.run(at_a_rate(port, pictures, OVERLOAD * full, OVERLOAD_SECONDS))
    lasted = time.perf_counter() - begun
    refused = [r.seconds for r in replies if r.status == 429]
    broken = sum(r.status >= 500 for r in replies)
    yield Row(f"at {OVERLOAD} times overload: requests", len(replies), "")
    yield Row(f"at {OVERLOAD} times overload: 5xx", broken, "", at_most=0)
    yield Row(f"at {OVERLOAD} times overload: refused with 429", len(refused), "")
    if refused:
        yield Row(
            f"at {OVERLOAD} times overload: median until refused", median(refused) * 1000, "ms"
        )
    answered = _count(replies, 200) / lasted / full
    yield Row(f"at {OVERLOAD} times overload: answered, of saturation", answered, "")


def _memory(port: int, pid: int) -> Iterator[Row]:
    """Small pictures: the count is what matters here."""
    small = [portrait((160, 160), turn=n / 4) for n in range(DIFFERENT)]
    # What every library sets aside for itself on its first thousands of calls is not a leak.
    asyncio.run(in_a_row(port, small, 4 * CORES, 3600, REQUESTS // 10))
    before = _megabytes(pid)
    replies = asyncio.run(in_a_row(port, small, 4 * CORES, 3600, REQUESTS))
    growth = _megabytes(pid) - before
    yield Row(f"server and workers before {REQUESTS:,} requests", before, "MB")
    yield Row(f"growth over {REQUESTS:,} requests", growth, "MB", at_most=max(16, 0.05 * before))
    yield Row("of these not answered", len(replies) - _count(replies, 200), "", at_most=0)


def _bare(subject: Subject, pictures: list[bytes]) -> float:
    """Together, as many processes as cores; counted between the first start and the last end."""
    with ProcessPoolExecutor(CORES, get_context("spawn")) as pool:
        list(pool.map(_judge, [subject] * CORES, [pictures] * CORES, [1.0] * CORES))
        return sum(pool.map(_judge, [subject] * CORES, [pictures] * CORES, [SECONDS] * CORES))


def _judge(subject: Subject, pictures: list[bytes], seconds: float) -> float:
    """Analyses a second, as the service makes them: with everything on, to JSON."""
    from unmask.reports.schema import to_json

    analyzer = subject.analyzer(stability=True, explain=True)
    begun, count = time.perf_counter(), 0
    while (now := time.perf_counter() - begun) < seconds:
        json.dumps(to_json(analyzer.analyze(pictures[count % len(pictures)])))
        count += 1
    return count / now


@contextmanager
def server(subject: Subject) -> Iterator[tuple[int, int]]:
    """`unmask serve` as a user starts it, without its cache and its rate limit."""
    with tempfile.TemporaryDirectory() as state:
        command = [sys.executable, "-m", "unmask", "serve", "--port", "0", "--state", state]
        command += ["--workers", str(CORES), "--cache", "0", "--per-minute", "0", *subject.options]
        log = Path(state) / "log"
        with log.open("w") as sink, subprocess.Popen(command, stderr=sink) as process:
            try:
                yield _port(log, process), process.pid
            finally:
                process.terminate()


def _port(log: Path, process: subprocess.Popen[bytes]) -> int:
    for _ in range(600):
        lines = [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]
        if any(line["event"] == "started" for line in lines):
            return next(line["port"] for line in lines if "port" in line)
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"The server did not start: {log.read_text()}")


def _megabytes(pid: int) -> float:
    """Resident memory of the process and its children."""
    return sum(_resident(each) for each in (pid, *_children(pid))) / 1e6


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _count(replies: list[Reply], status: int) -> int:
    return sum(reply.status == status for reply in replies)


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[math.ceil(share * len(values)) - 1]
