"""`unmask scan` as a user meets it: what it says, on a terminal and off it; killing it is tested elsewhere."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from tests.conftest import encode, picture


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "pictures"
    made.mkdir()
    for number in range(12):
        (made / f"{number}.png").write_bytes(
            encode(picture((250, 60, 60) if number % 3 else (60, 60, 250)))
        )
    (made / "broken.jpg").write_bytes(b"broken")
    return made


@pytest.fixture
def options(tiny_detector):
    return ("--whole-picture", "--workers", "1", "--detector", str(tiny_detector))


def test_the_summary_counts_every_answer(unmask, folder, options, tmp_path):
    answer = unmask("scan", folder, "--out", tmp_path / "r.csv", *options)
    assert answer.code == 0
    words = " ".join(answer.out.split())
    assert words.startswith("13 files; 13 now, in ")
    for told in ("8 likely fake", "0 inconclusive", "4 authentic"):
        assert told in words
    assert "1 without an answer (unsupported_format: 1)" in words
    assert words.endswith(f"Answers: {tmp_path / 'r.csv'}")
    assert "\x1b" not in answer.out + answer.err
    with (tmp_path / "r.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 13


def test_again_it_says_that_it_goes_on(unmask, folder, options, tmp_path):
    unmask("scan", folder, "--out", tmp_path / "r.jsonl", *options)
    answer = unmask("scan", folder, "--out", tmp_path / "r.jsonl", *options)
    assert "Going on: 13 answers are in" in answer.err
    assert answer.out.startswith("13 files; 0 now")


def test_an_empty_folder_is_no_mistake(unmask, options, tmp_path):
    (tmp_path / "empty").mkdir()
    answer = unmask("scan", tmp_path / "empty", "--out", tmp_path / "r.csv", *options)
    assert answer.code == 0
    assert "No picture was found" in answer.out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("gone", "--out", "r.csv"), 2, "gone is not a folder"),
        (("pictures", "--out", "r.docx"), 4, "must end in .jsonl, .csv, .parquet"),
        (("pictures",), 2, "Missing option '--out'"),
        (("pictures", "--out", "no/such/folder/r.csv"), 7, "No such file or directory"),
        (("pictures", "--out", "r.csv", "--workers", "0"), 2, "not in the range"),
        (("pictures", "--out", "r.csv", "-d", "nobody"), 3, "No detector is called 'nobody'"),
        (("pictures", "--out", "r.csv", "--false-alarm-rate", "0.3"), 4, "0.3"),
    ],
)
def test_mistakes_get_a_sentence_and_a_code(
    unmask, folder, tiny_detector, monkeypatch, arguments, code, message
):
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("UNMASK_DETECTOR", str(tiny_detector))
    answer = unmask("scan", *arguments, "--whole-picture")
    assert answer.code == code
    assert message in answer.err


def test_a_disk_that_fills_up_is_said_and_the_scan_goes_on_later(
    unmask, folder, options, tmp_path, monkeypatch
):
    from unmask.batch.journal import Journal

    real, calls = Journal.append, []

    def full(self, row):
        calls.append(row)
        if len(calls) > 5:
            raise OSError(28, "No space left on device", str(self.path))
        real(self, row)

    monkeypatch.setattr(Journal, "append", full)
    answer = unmask("scan", folder, "--out", tmp_path / "r.jsonl", *options)
    assert answer.code == 7
    assert "r.jsonl: No space left on device" in answer.err
    monkeypatch.setattr(Journal, "append", real)
    answer = unmask("scan", folder, "--out", tmp_path / "r.jsonl", *options)
    assert answer.out.startswith("13 files; 8 now")


def _start(folder, out, options, **streams):
    command = [sys.executable, "-m", "unmask", "scan", str(folder), "--out", str(out), *options]
    return subprocess.Popen(command, **streams)


def _wait_until(true, process):
    deadline = time.monotonic() + 300
    while not true():
        assert process.poll() is None, "the scan ended too early"
        assert time.monotonic() < deadline, "nothing happens"
        time.sleep(0.05)


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_watching_finds_new_pictures_until_ctrl_c(folder, options, tmp_path):
    out = tmp_path / "r.jsonl"

    def names():
        lines = out.read_text().splitlines()[1:] if out.exists() else []
        return {json.loads(line)["name"] for line in lines}

    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with _start(folder, out, [*options, "--watch"], **streams) as process:
        _wait_until(lambda: len(names()) == 13, process)
        (folder / "late.png").write_bytes(encode(picture()))
        _wait_until(lambda: "late.png" in names(), process)
        process.send_signal(signal.SIGINT)
        told, complaints = process.communicate(timeout=300)
    assert process.returncode == 0
    assert told.startswith("14 files; 14 now")
    assert "Watching for new pictures" in complaints
    assert "Stopped. 14 answers are safe" in complaints
    assert "Traceback" not in complaints


def test_a_terminal_sees_a_bar_and_is_left_clean(folder, options, tmp_path):
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    for number in range(150):
        (folder / f"more {number}.png").write_bytes(encode(picture(size=400)))
    ours, theirs = pty.openpty()
    with _start(
        folder, tmp_path / "r.jsonl", options, stderr=theirs, stdout=subprocess.PIPE
    ) as process:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        told = process.stdout.read()
    os.close(ours)
    text = shown.decode()
    assert process.returncode == 0
    assert "of 163" in text
    assert "a second" in text
    assert "left" in text
    assert text.endswith("\r\x1b[2K")
    assert b"\x1b" not in told


def _read(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that the other side has gone
        return b""
