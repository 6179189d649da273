"""The service on loopback against the bare analyzer on the same cores: throughput, latency, overload, memory."""

from __future__ import annotations

import asyncio
import heapq
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from benchmarks.load import PATH, Bound, Reply, arrivals, at_a_rate, in_a_row
from benchmarks.processes import cpu_seconds, megabytes
from benchmarks.row import Row
from benchmarks.subject import Subject, portrait

# The client runs on the same cores as the server; that cost is part of what is measured.
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
ROUNDS = 2
SECONDS = float(os.environ.get("BENCHMARK_SECONDS", "8"))
"""Of each round; steady load lasts six times as long, since rare waits are what it looks for."""
REQUESTS = int(os.environ.get("BENCHMARK_REQUESTS", "20000"))
MOST_SECONDS = 150
SHARE, LOAD, OVERLOAD = 0.85, 0.7, 10
DIFFERENT = 24
QUICK = f"{PATH}?stability=false&explain=false"


def rows(subject: Subject) -> Iterator[Row]:
    """Bounded in time and in count; every picture is another one and nothing is cached."""
    pictures = [portrait((512, 512), turn=n / 4) for n in range(DIFFERENT)]
    with server(subject) as (port, pid), ProcessPoolExecutor(CORES, get_context("spawn")) as pool:
        _bare(pool, subject, pictures, 1)
        asyncio.run(in_a_row(port, pictures, CORES, Bound(2)))
        full = 0.0
        for row in _saturated(pool, subject, pictures, (port, pid)):
            full = row.value if row.what.startswith("service, saturated") else full
            yield row
        yield from _loaded(port, pictures, full)
        yield from _overloaded(port, pictures, full)
        yield from _memory(port, pid)


def _saturated(
    pool: Executor, subject: Subject, pictures: list[bytes], at: tuple[int, int]
) -> Iterator[Row]:
    """In turn, so that a machine that slows down slows both."""
    port, pid = at
    bare = full = workers = whole = 0.0
    for _ in range(ROUNDS):
        bare += _bare(pool, subject, pictures, SECONDS) / ROUNDS
        spent = _spent(pid)
        full += _full(port, pictures) / ROUNDS
        here, there, own = (b - a for a, b in zip(spent, _spent(pid), strict=True))
        workers, whole = workers + there, whole + here + there + own
    yield Row(f"bare analyzer on {CORES} cores", bare, "/s")
    yield Row(f"service, saturated: {CORES} workers", full, "/s")
    yield Row("service, of the bare analyzer", full / bare, "", at_least=SHARE)
    yield Row("processor time of the workers, of server, workers and client", workers / whole, "")


def _spent(pid: int) -> tuple[float, float, float]:
    return cpu_seconds(pid), cpu_seconds(pid, children=True), time.process_time()


def _full(port: int, pictures: list[bytes]) -> float:
    begun = time.perf_counter()
    replies = asyncio.run(in_a_row(port, pictures, 4 * CORES, Bound(SECONDS)))
    return _count(replies, 200) / (time.perf_counter() - begun)


def _loaded(port: int, pictures: list[bytes], full: float) -> Iterator[Row]:
    rate, seconds = LOAD * full, 6 * SECONDS
    replies = asyncio.run(at_a_rate(port, pictures, rate, seconds))
    times = [r.seconds for r in replies if r.status == 200]
    middle, late = median(times), _quantile(times, 0.99)
    ideal = _queue(list(arrivals(rate, seconds)), CORES / full)
    yield Row(f"at {LOAD:.0%} load: median", middle * 1000, "ms")
    yield Row(f"at {LOAD:.0%} load: 99 of 100", late * 1000, "ms")
    yield Row(f"at {LOAD:.0%} load: 99 of 100 / median", late / middle, "", at_most=4)
    yield Row("the same arrivals at an ideal queue", _quantile(ideal, 0.99) / median(ideal), "")
    yield Row(f"at {LOAD:.0%} load: refused", len(replies) - len(times), "", at_most=0)


def _queue(due: list[float], service: float) -> list[float]:
    """How long each would take if every answer took the same time and nothing else did."""
    free, times = [0.0] * CORES, []
    for arrived in due:
        ends = max(arrived, heapq.heappop(free)) + service
        heapq.heappush(free, ends)
        times.append(ends - arrived)
    return times


def _overloaded(port: int, pictures: list[bytes], full: float) -> Iterator[Row]:
    begun = time.perf_counter()
    replies = asyncio.run(at_a_rate(port, pictures, OVERLOAD * full, SECONDS))
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
    """Small pictures, without the checks that cost time: the count is what matters here."""
    small = [portrait((160, 160), turn=n / 4) for n in range(DIFFERENT)]
    # What every library sets aside for itself on its first thousands of calls is not a leak.
    asyncio.run(in_a_row(port, small, 4 * CORES, Bound(MOST_SECONDS, REQUESTS // 10), QUICK))
    before = megabytes(pid)
    bound = Bound(MOST_SECONDS, REQUESTS)
    replies = asyncio.run(in_a_row(port, small, 4 * CORES, bound, QUICK))
    growth = megabytes(pid) - before
    what = "small pictures, no stability, no heat map"
    yield Row(f"requests for the memory, {what}", len(replies), "", at_least=REQUESTS)
    yield Row("of these not answered", len(replies) - _count(replies, 200), "", at_most=0)
    yield Row("memory of server and workers before them", before, "MB")
    yield Row("growth over them", growth, "MB", at_most=max(16, 0.05 * before))


def _bare(pool: Executor, subject: Subject, pictures: list[bytes], seconds: float) -> float:
    """As many processes as cores, each counting its own."""
    return sum(pool.map(_judge, [subject] * CORES, [pictures] * CORES, [seconds] * CORES))


def _judge(subject: Subject, pictures: list[bytes], seconds: float) -> float:
    """Analyses a second, as the service makes them: with everything on, to JSON."""
    from unmask.reports.schema import to_json

    analyzer = subject.analyzer(stability=True, explain=True)
    analyzer.analyze(pictures[0])
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


def _count(replies: list[Reply], status: int) -> int:
    return sum(reply.status == status for reply in replies)


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[math.ceil(share * len(values)) - 1]
