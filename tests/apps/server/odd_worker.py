"""A worker for tests: answers at once without looking, unless the bytes tell it to die or to hang.

It speaks the workers' language and imports nothing else of the package: it starts in a moment.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import signal
import sys
import time
from pathlib import Path

WIRE = Path(__file__).parents[3] / "src" / "unmask" / "apps" / "server" / "wire.py"

RATE = {"value": 0.01, "low": 0.005, "high": 0.02, "count": 2000}
REMEMBERED = set()
OFFER = {
    "name": "odd",
    "version": "1.0.0",
    "sha256": "0" * 64,
    "score_histogram": None,
    "policies": [
        {
            "false_alarm_budget": 0.01,
            "fake_above": 0.95,
            "real_below": 0.2,
            "min_face_pixels": 16,
            "false_alarm_rate": RATE,
            "miss_rate": RATE,
        }
    ],
}


def answer(wish, data):
    if data.startswith(b"die"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if data.startswith(b"hang"):
        time.sleep(1000)
    if data.startswith(b"slow"):
        time.sleep(0.3)
    if data.startswith(b"broken"):
        return {"code": "corrupt_image", "detail": "It is damaged.", "seconds": 0.0}, b""
    if data.startswith(b"bug"):
        return {"code": "internal_error", "detail": "ValueError at x.py:1", "seconds": 0.0}, b""
    if wish["kind"] in ("frame", "close"):
        return {"seconds": 0.001}, json.dumps(streams(wish, data)).encode()
    sha256 = hashlib.sha256(data).hexdigest()
    summary = {
        "sha256": sha256,
        "label": "real",
        "reason": "clear",
        "probabilities": [0.1],
        "seconds": 0.001,
    }
    return summary, json.dumps({"sha256": sha256, "kind": wish["kind"]}).encode()


def streams(wish, data):
    """How many it remembers, in the place of faces."""
    if wish["kind"] == "close":
        REMEMBERED.discard(wish["stream"])
    else:
        REMEMBERED.add(wish["stream"])
    room = "x" * (4_000_000 if data.startswith(b"large") else 0)
    return {"faces": [], "remembered": len(REMEMBERED), "pid": os.getpid(), "room": room}


def main():
    spec = importlib.util.spec_from_file_location("wire", WIRE)
    wire = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(wire)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    wire.read(source)
    wire.write(sink, {"detectors": [OFFER]})
    while message := wire.read(source):
        if message[1].startswith(b"half"):
            sink.write(wire.pack({}, bytes(4_000_000)) + bytes(3_000_000))
            sink.flush()
            time.sleep(1000)
        wire.write(sink, *answer(*message))


if __name__ == "__main__":
    main()
