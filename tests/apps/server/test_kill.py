"""The server is killed in the middle of a job of 500 pictures: after a restart all are answered, none twice."""

from __future__ import annotations

import collections
import json
import os
import signal
import subprocess
import sys
import urllib.request
import uuid
from pathlib import Path

import pytest
from tests.apps.server.conftest import wait_for
from tests.conftest import encode, picture

COUNT = 500


class Program:
    """`unmask serve` as a user starts it."""

    def __init__(self, state, detector) -> None:
        command = [sys.executable, "-m", "unmask", "serve", "--port", "0", "--workers", "1"]
        command += ["--state", str(state), "--detector", str(detector), "--whole-picture"]
        self.process = subprocess.Popen(
            [*command, "--per-minute", "0"],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        port = None
        for line in self.process.stderr:
            found = json.loads(line)
            port = found.get("port", port)
            if found["event"] == "started":
                break
        assert port, "the server did not start"
        self.url = f"http://127.0.0.1:{port}"

    def ask(self, path: str, data: bytes | None = None, kind: str = "application/json") -> bytes:
        request = urllib.request.Request(self.url + path, data, {"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.read()

    def status(self, job: str) -> dict:
        return json.loads(self.ask(f"/v1/jobs/{job}"))

    def kill(self) -> None:
        """The whole of it, as a power cut would: workers too."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stderr.close()


def _wait_until(server: Program, job: str, condition) -> None:
    wait_for(lambda: condition(server.status(job)), 300)


def form(pictures: list[bytes]) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    head = '--{}\r\nContent-Disposition: form-data; name="file"; filename="{}.png"\r\n\r\n'
    parts = [head.format(boundary, n).encode() + p + b"\r\n" for n, p in enumerate(pictures)]
    return b"".join(
        parts
    ) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


@pytest.mark.slow
def test_500_pictures_survive_kill_9(tmp_path, tiny_detector):
    pictures = [encode(picture((n % 256, n // 256, 128), 64)) for n in range(COUNT)]
    server = Program(tmp_path / "state", tiny_detector)
    kills = 0
    try:
        job = json.loads(server.ask("/v1/jobs", *form(pictures)))["id"]
        for done in (100, 300):
            _wait_until(server, job, lambda status, done=done: status["answered"] >= done)
            assert server.status(job)["state"] == "running"
            server.kill()
            kills += 1
            server = Program(tmp_path / "state", tiny_detector)
        _wait_until(server, job, lambda status: status["state"] == "done")
        text = server.ask(f"/v1/jobs/{job}/results")
    finally:
        server.kill()
    lines = [json.loads(line) for line in text.splitlines()]
    assert kills == 2
    assert collections.Counter(line["number"] for line in lines) == dict.fromkeys(range(COUNT), 1)
    assert not any(line["failure"] for line in lines)
    assert len({line["sha256"] for line in lines}) == COUNT
    assert list((tmp_path / "state" / "pictures").iterdir()) == []


def test_workers_end_when_their_server_is_killed(tmp_path, tiny_detector):
    server = Program(tmp_path / "state", tiny_detector)
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(server.process.pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    workers = [int(pid) for pid in found.stdout.split()]
    assert workers
    server.process.kill()
    server.process.wait()
    server.process.stderr.close()

    def ended(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or " Z " in stat.read_text()

    wait_for(lambda: all(ended(pid) for pid in workers))
