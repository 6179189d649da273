"""The two video tabs without a browser: what a camera's frames and a clip give, and what is told."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

pytest.importorskip("gradio", reason="the Gradio page needs the extra [gradio]")
pytest.importorskip("av", reason="reading videos is an extra: pip install 'unmask[video]'")

import gradio as gr
from tests.video import fakes
from tests.video.clips import SIZE, ColourFinder, draw, write

from unmask.apps import gradio_video
from unmask.apps.desk import shelf
from unmask.apps.settings import Settings
from unmask.video import Look, analyze_video


@pytest.fixture
def look(tiny_detector):
    return Look.open(tiny_detector, faces=ColourFinder())


@pytest.fixture
def tmp_shelf(monkeypatch, tmp_path):
    monkeypatch.setattr(shelf.tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_camera_gives_boxes_and_a_verdict_with_the_third_frame(look):
    watch = gradio_video.Watch(look)
    told = [watch.push(draw(fakes.walking(True)(number))) for number in range(4)]
    shown, rows = told[-1]
    assert shown.shape == (SIZE[1], SIZE[0], 3)
    assert (shown != draw(fakes.walking(True)(3))).any()
    assert ["waiting" in words for _, words in told] == [True, True, False, False]
    assert "LIKELY FAKE" in rows


def test_no_face_is_told(look):
    _, rows = gradio_video.Watch(look).push(draw([]))
    assert "No face" in rows


def test_a_clip_gives_its_reports_and_its_copy(look, tmp_shelf):
    clip = write(tmp_shelf / "clip.mp4", fakes.walking(True))
    reports, drawn = gradio_video._made(clip, analyze_video(clip, look))
    page, sheet, document = (Path(report) for report in reports)
    assert "LIKELY FAKE" in page.read_text()
    assert sheet.read_bytes().startswith(b"%PDF")
    assert json.loads(document.read_text())["name"] == "clip.mp4"
    assert analyze_video(drawn, look).seconds == pytest.approx(2, abs=0.1)


def test_a_camera_keeps_its_faces_until_another_detector_is_chosen(tiny_detector, second_detector):
    step = gradio_video._step(gradio_video.Looks(Settings(detector=(str(tiny_detector),))))
    frame = draw(fakes.walking(True)(0))
    assert step(None, None, [], 0.01) == (None, "", None)
    *_, first = step(frame, None, [], 0.01)
    *_, again = step(frame, first, [], 0.01)
    *_, other = step(frame, again, [str(second_detector)], 0.01)
    assert first is again
    assert other is not first


def test_without_a_frame_or_a_clip_it_is_said(tmp_path):
    with pytest.raises(gr.Error, match="No frame came yet"):
        gradio_video._report(None)
    looks = gradio_video.Looks(Settings())
    with pytest.raises(Exception, match="No video was given"):
        gradio_video._analyzed(None, looks, (), 0.01, lambda now, end: True)


def test_what_was_offered_an_hour_ago_is_removed(tmp_shelf):
    old = shelf.folder()
    os.utime(old, (time.time() - shelf.KEPT - 9,) * 2)
    new = shelf.folder()
    assert new.is_dir()
    assert not old.exists()
