"""Live: numbers hold, verdicts roll, memory is bounded, and a slow watcher sees the newest frame."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from tests.video import rtsp
from tests.video.clips import BLUE, RED, Square, draw, moving, write

from unmask.errors import ConfigError, CorruptImage, InputError
from unmask.reports.about import About
from unmask.types import Label
from unmask.video.capture import newest, played, stream
from unmask.video.frames import Frame
from unmask.video.live import LiveAnalyzer
from unmask.video.report import html


def test_a_face_gets_its_verdict_after_some_frames(look):
    live = LiveAnalyzer(look)
    told = [live.push(draw(moving(RED)(n)), n / 25)[0] for n in range(10)]
    assert {f.number for f in told} == {1}
    assert [f.verdict is None for f in told] == [True] * 2 + [False] * 8
    assert told[-1].verdict.label is Label.FAKE


def test_the_verdict_rolls_with_the_last_seconds(look):
    live = LiveAnalyzer(look, seconds=2)
    labels = []
    for number in range(100):
        colour = BLUE if number < 50 else RED
        (face,) = live.push(draw([Square(40, 30, 40, colour)]), number / 10)
        labels.append(face.verdict and face.verdict.label)
    assert labels[49] is Label.REAL
    assert labels[99] is Label.FAKE
    assert labels.index(Label.FAKE) in range(58, 64)


def test_two_faces_share_the_budget(look):
    live = LiveAnalyzer(look)
    for number in range(5):
        scene = [Square(10, 30, 40, BLUE), Square(120, 30, 40, RED)]
        faces = live.push(draw(scene), number / 10)
    assert sorted(f.verdict.label for f in faces) == [Label.FAKE, Label.REAL]
    assert len({f.number for f in faces}) == 2


def test_hours_leave_nothing_behind(look):
    live = LiveAnalyzer(look, seconds=1)
    for number in range(300):
        live.push(draw([Square(10 + 140 * (number // 5 % 2), 30, 40, BLUE)]), number / 5)
    tracks = live._tracker.tracks
    assert len(tracks) <= 3
    assert all(len(t.sightings) <= 6 for t in tracks)


def test_a_report_tells_that_it_is_of_the_last_seconds(look):
    live = LiveAnalyzer(look)
    for number in range(10):
        live.push(draw(moving(RED)(number)), number / 25)
    found = live.report()
    assert found.verdict.label is Label.FAKE
    page = html.render(found, About("Live picture"))
    assert "only its last 5 seconds" in page
    assert "How to check it" not in page


def test_a_slow_watcher_sees_the_newest_frame():
    """A fake camera of 50 frames; the watcher takes one, sleeps until all came, takes the last."""
    done = threading.Event()

    def fake_camera():
        for number in range(50):
            yield Frame(number / 25, draw([]))
        done.set()

    seen = []
    for found in newest(fake_camera()):
        seen.append(found)
        assert done.wait(10)
        time.sleep(0.01)
    assert len(seen) <= 2
    assert seen[-1].frame.time == pytest.approx(49 / 25)
    assert seen[-1].dropped + len(seen) == 50


def test_leaving_early_ends_the_reading():
    def endless():
        number = 0
        while True:
            number += 1
            time.sleep(0.002)
            yield Frame(number / 25, draw([]))

    watching = newest(endless())
    next(watching)
    watching.close()
    assert not [t for t in threading.enumerate() if t.name == "unmask-capture"]


def test_a_failing_camera_is_told():
    def broken():
        yield Frame(0.0, draw([]))
        raise CorruptImage("The camera went away.")

    with pytest.raises(CorruptImage, match="went away"):
        for _ in newest(broken()):
            pass


def test_a_file_plays_at_its_own_pace(tmp_path):
    path = write(tmp_path / "a.mp4", moving(RED), count=10)
    began = time.monotonic()
    assert len(list(played(path))) == 10
    assert time.monotonic() - began >= 9 / 25


def test_only_streams_are_opened_as_streams():
    with pytest.raises(ConfigError, match="not a stream"):
        next(stream("http://169.254.169.254/"))


def test_a_camera_in_the_network_is_watched(tmp_path, look):
    clip = write(tmp_path / "a.ts", moving(RED), codec="mpeg2video")
    live = LiveAnalyzer(look)
    with rtsp.camera(clip) as address:
        faces = [live.push(frame.pixels, frame.time) for frame in stream(address)]
    assert 45 <= len(faces) <= 50
    assert faces[-1][0].number == 1
    assert faces[-1][0].verdict.label is Label.FAKE


def test_a_camera_that_is_not_there_is_told():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"rtsp://127.0.0.1:{probe.getsockname()[1]}/camera"
    with pytest.raises(InputError, match="cannot be read"):
        next(stream(address))
