"""`unmask video`: the answer as text and JSON, reports, and what is refused."""

from __future__ import annotations

import json
import os
import signal

import jsonschema
import pytest

pytest.importorskip("av", reason="reading videos is an extra: pip install 'unmask[video]'")

from tests.video.clips import BLUE, RED, Square, write

from unmask.video.report.data import schema


@pytest.fixture
def video(unmask, tiny_detector):
    def call(*arguments):
        return unmask("video", "--whole-picture", "-d", tiny_detector, *arguments)

    return call


@pytest.fixture(scope="module")
def red(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    return write(folder / "red.mp4", lambda _: [Square(0, 0, 108, RED), Square(100, 0, 92, RED)])


def test_the_answer_and_both_reports(video, red, tmp_path):
    page, data, clip = tmp_path / "a.html", tmp_path / "a.json", tmp_path / "a.mp4"
    answer = video(red, "--out", page, "--out", data, "--annotated", clip)
    assert answer.code == 0
    for promised in ("LIKELY FAKE", "Person 1, 0:00.0 to 0:0", "Frames that look fake: 100 %"):
        assert promised in answer.out
    assert "\x1b" not in answer.out
    found = json.loads(data.read_text())
    jsonschema.Draft202012Validator(schema()).validate(found)
    assert found["tracks"][0]["verdict"]["label"] == "fake"
    text = page.read_text()
    assert "LIKELY FAKE" in text
    assert "<polyline" in text
    assert clip.stat().st_size > 1000


def test_the_annotated_clip_is_an_mp4(video, red, tmp_path):
    answer = video(red, "--annotated", tmp_path / "a.gif")
    assert answer.code == 4
    assert "a.gif" in answer.err


def test_json_and_a_plan(video, red):
    answer = video(red, "--json", "--every", "0.5")
    found = json.loads(answer.out)
    assert found["sampled"] == pytest.approx([0, 0.5, 1.0, 1.5], abs=0.05)


def test_what_cannot_be_written_is_refused_first(video, red, tmp_path):
    answer = video(red, "--out", tmp_path / "a.doc")
    assert answer.code == 4
    assert "a.doc" in answer.err


@pytest.mark.parametrize("options", [["--every", "0"], ["--every", "1", "--key-frames"]])
def test_odd_plans_are_refused(video, red, options):
    assert video(red, *options).code == 4


def test_what_is_no_clip_is_a_bad_input(video, tmp_path):
    path = tmp_path / "no.mp4"
    path.write_bytes(b"no video")
    answer = video(path)
    assert answer.code == 2
    assert "no.mp4" in answer.err


def test_ctrl_c_gives_what_there_is(video, red, monkeypatch):
    from unmask.video import look as looking

    seen, real = [], looking.Look.find

    def find(self, pixels):
        seen.append(1)
        if len(seen) == 4:
            os.kill(os.getpid(), signal.SIGINT)
        return real(self, pixels)

    monkeypatch.setattr(looking.Look, "find", find)
    answer = video(red)
    assert answer.code == 130
    assert "Stopped at" in answer.out
    assert "LIKELY FAKE" in answer.out
    assert len(seen) == 4


def test_blue_is_real(video, tmp_path):
    path = write(
        tmp_path / "blue.mp4", lambda _: [Square(0, 0, 108, BLUE), Square(100, 0, 92, BLUE)]
    )
    assert "AUTHENTIC" in video(path).out
