"""`unmask scan` killed with kill -9, stopped with Ctrl-C, its workers shot: no file lost, none twice."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import encode

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX matter")

FILES = 100


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Pictures of some size, so that a kill meets work under way, and a few that are broken."""
    made = tmp_path_factory.mktemp("many")
    rng = np.random.default_rng(0)
    data = encode(rng.integers(0, 256, (700, 700, 3), np.uint8), "JPEG", quality=90)
    for number in range(FILES):
        below = made / f"folder {number % 4}"
        below.mkdir(exist_ok=True)
        (below / f"{number}.jpg").write_bytes(data if number % 10 else data[:5000])
    (made / os.fsdecode(b"\xff\xfe.jpg")).write_bytes(data)
    return made


def _names(folder: Path) -> Counter[str]:
    return Counter(p.relative_to(folder).as_posix() for p in folder.rglob("*.jpg"))


@pytest.fixture
def scan(folder, tiny_detector):
    """Starts a scan of the folder into a file."""
    started = []

    def start(out: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "unmask", "scan", str(folder), "--out", str(out)]
        command += ["--detector", str(tiny_detector), "--whole-picture", "--workers", "2"]
        started.append(
            subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
            )
        )
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _rows(path: Path) -> list[dict]:
    """Whole lines only, as a reader of a killed scan's file must do."""
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")[:-1]
    return [json.loads(line) for line in lines[1:]]


def _wait_for(rows: int, path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 300
    while len(_rows(path)) < rows and process.poll() is None:
        assert time.monotonic() < deadline, "the scan does not get on"
        time.sleep(0.01)


def _wait_until_all_are_gone(leader: int) -> None:
    """Every process that the scan began belongs to its group."""
    deadline = time.monotonic() + 300
    with contextlib.suppress(ProcessLookupError):
        while True:
            os.killpg(leader, 0)
            assert time.monotonic() < deadline, "workers live on without their parent"
            time.sleep(0.05)


def test_killed_again_and_again_it_answers_every_file_once(folder, scan, tmp_path):
    out, rng, kills = tmp_path / "r.jsonl", random.Random(1), 0
    for goal in (1, 20, 50, 80):
        process = scan(out)
        _wait_for(goal, out, process)
        time.sleep(rng.random() * 0.05)
        if process.poll() is None:
            process.kill()
            kills += 1
        process.communicate()
    assert kills >= 2, "the scan was too quick to be killed"
    assert 0 < len(_rows(out)) < FILES
    process = scan(out)
    told, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    assert Counter(row["name"] for row in _rows(out)) == _names(folder)
    assert f"{FILES + 1} files" in told.decode()


def test_a_line_torn_by_a_kill_is_answered_again(folder, scan, tmp_path):
    out = tmp_path / "r.jsonl"
    assert scan(out).wait(300) == 0
    whole = out.read_bytes()
    out.write_bytes(whole[: len(whole) * 2 // 3])
    assert scan(out).wait(300) == 0
    assert Counter(row["name"] for row in _rows(out)) == _names(folder)


def test_a_killed_scan_leaves_no_worker_behind_and_its_table_comes_with_the_next(
    folder, scan, tmp_path
):
    out = tmp_path / "r.csv"
    process = scan(out)
    _wait_for(10, tmp_path / "r.csv.journal", process)
    process.kill()
    process.communicate()
    _wait_until_all_are_gone(process.pid)
    assert not out.exists()
    assert scan(out).wait(300) == 0
    with out.open(encoding="utf-8", newline="") as file:
        names = Counter(row["name"] for row in csv.DictReader(file))
    strange = Counter({os.fsdecode(b"\xff\xfe.jpg"): 1})
    assert names == _names(folder) - strange + Counter({r"\xff\xfe.jpg": 1})


@pytest.mark.skipif(shutil.which("ps") is None, reason="there is no `ps` to find the workers with")
def test_workers_that_are_shot_are_replaced(folder, scan, tmp_path):
    out = tmp_path / "r.jsonl"
    process = scan(out)
    _wait_for(20, out, process)
    for worker in _children(process.pid):
        os.kill(worker, signal.SIGKILL)
    told, _ = process.communicate(timeout=300)
    assert process.returncode == 0, told
    rows = _rows(out)
    assert Counter(row["name"] for row in rows) == _names(folder)
    assert not [r for r in rows if r["failure"] and r["failure"]["code"] == "worker_lost"]


def test_ctrl_c_ends_it_cleanly_and_says_how_to_go_on(folder, scan, tmp_path):
    out = tmp_path / "r.jsonl"
    process = scan(out)
    _wait_for(10, out, process)
    os.killpg(process.pid, signal.SIGINT)
    told, complaints = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "Run the same command again to go on." in complaints.decode()
    assert "Traceback" not in (told + complaints).decode()
    _wait_until_all_are_gone(process.pid)
    assert scan(out).wait(300) == 0
    assert Counter(row["name"] for row in _rows(out)) == _names(folder)


def test_a_second_scan_on_the_same_file_is_refused(scan, tmp_path):
    out = tmp_path / "r.jsonl"
    first = scan(out)
    _wait_for(5, out, first)
    second = scan(out)
    _, complaints = second.communicate(timeout=300)
    assert second.returncode == 4
    assert "Another scan is writing" in complaints.decode()
    assert first.wait(300) == 0


def _children(parent: int) -> list[int]:
    """Worker processes of a scan: its children, less the one that tracks shared memory."""
    listed = subprocess.run(
        ["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split(None, 2) for line in listed.splitlines()[1:])
    return [int(pid) for pid, up, args in rows if up == str(parent) and "spawn_main" in args]
