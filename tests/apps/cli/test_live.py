"""`unmask live`: lines of JSON without a window, the window's keys, and what is refused."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("av", reason="reading videos is an extra: pip install 'unmask[video]'")

from tests.video import rtsp
from tests.video.clips import RED, Square, write


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    return write(folder / "red.mp4", lambda _: [Square(0, 0, 108, RED), Square(100, 0, 92, RED)])


@pytest.fixture
def live(unmask, tiny_detector):
    def call(*arguments):
        return unmask("live", "--whole-picture", "-d", tiny_detector, *arguments)

    return call


def test_headless_prints_a_line_for_each_frame(live, clip):
    answer = live("--source", clip, "--headless")
    assert answer.code == 0
    lines = [json.loads(line) for line in answer.out.splitlines()]
    assert len(lines) >= 4
    assert lines[-1]["faces"][0]["verdict"]["label"] == "fake"
    assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)
    assert len(lines) + lines[-1]["dropped"] == 50
    assert lines[-1]["frames_per_second"] > 0


def test_it_ends_when_told(live, clip):
    lines = live("--source", clip, "--headless", "--seconds", "0.1").out.splitlines()
    assert json.loads(lines[-1])["time"] < 1.9


def test_a_stream_gives_the_same_lines(live, tmp_path):
    faces = [Square(0, 0, 108, RED), Square(100, 0, 92, RED)]
    path = write(tmp_path / "a.ts", lambda _: faces, codec="mpeg2video")
    with rtsp.camera(path) as address:
        answer = live("--source", address, "--headless")
    assert answer.code == 0
    assert json.loads(answer.out.splitlines()[-1])["faces"][0]["verdict"]["label"] == "fake"


@pytest.mark.parametrize("source", ["http://example.org/a.mp4", "file:///etc/passwd"])
def test_other_addresses_are_refused(live, source):
    assert live("--source", source, "--headless").code == 4


def test_without_a_window_library_the_command_says_how_to_get_it(live, clip, monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    answer = live("--source", clip)
    assert answer.code == 5
    assert 'pip install "unmask[live]"' in answer.err


@pytest.fixture(autouse=True)
def no_window_stays_loaded(monkeypatch):
    monkeypatch.delitem(sys.modules, "unmask.apps.cli.live_window", raising=False)
    yield
    sys.modules.pop("unmask.apps.cli.live_window", None)


def screen(monkeypatch, shown, keys, open_for=99):
    """A screen that remembers what was shown, with a user who closes the window after so many frames."""
    fake = SimpleNamespace(
        WINDOW_AUTOSIZE=1,
        WINDOW_GUI_NORMAL=16,
        WND_PROP_VISIBLE=4,
        namedWindow=lambda title, flags: None,
        imshow=lambda title, picture: shown.append(np.array(picture)),
        waitKey=lambda wait: keys.pop(0),
        getWindowProperty=lambda title, what: float(len(shown) < open_for),
        destroyAllWindows=lambda: None,
    )
    monkeypatch.setitem(sys.modules, "cv2", fake)


def test_closing_the_window_is_an_end(live, clip, monkeypatch):
    shown = []
    screen(monkeypatch, shown, [255] * 60, open_for=3)
    assert live("--source", clip).code == 0
    assert len(shown) == 3


def test_the_window_saves_and_quits(live, clip, monkeypatch, tmp_path):
    """Fingers that press s, then q."""
    shown, keys = [], [255, 255, 255, ord("s"), ord("q")]
    screen(monkeypatch, shown, keys)
    monkeypatch.chdir(tmp_path)
    answer = live("--source", clip)
    assert answer.code == 0
    assert len(shown) == 5
    blue, _, red = shown[0][60, 60]
    assert red > blue + 100
    (page,) = tmp_path.glob("unmask-*.html")
    assert "LIKELY FAKE" in page.read_text()
    assert page.name in answer.err
