"""Frames come at the times asked for and upright; what is no video, or too much of one, is refused."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from PIL import Image

from unmask.errors import ConfigError, CorruptImage, MissingExtra, TooLarge, UnsupportedFormat
from unmask.video.frames import VideoLimits, frames


def test_key_frames_come_with_their_times(video):
    found = list(frames(video(every_key=10)))
    assert [frame.time for frame in found] == pytest.approx([0, 0.4, 0.8, 1.2, 1.6])
    for frame in found:
        assert frame.pixels.shape == (64, 96, 3)
        assert frame.pixels.dtype == np.uint8
        assert int(frame.pixels[32, 80, 1]) == pytest.approx(frame.time * 125, abs=8)


def test_one_frame_every_so_many_seconds(video):
    found = list(frames(video(), every=0.5))
    assert [frame.time for frame in found] == pytest.approx([0, 0.52, 1.0, 1.52])


def test_rounding_gives_no_frame_twice(video):
    found = list(frames(video(), every=0.2))
    assert [frame.time for frame in found] == pytest.approx([n / 5 for n in range(10)])


def test_telephone_videos_come_upright(video):
    pixels = next(frames(video(turn=True))).pixels
    assert pixels.shape == (96, 64, 3)
    assert pixels[10, 32, 0] > 200
    assert pixels[80, 32, 0] < 50


def test_limits_end_the_reading(video):
    path = video()
    assert len(list(frames(path, limits=VideoLimits(max_frames=2)))) == 2
    assert len(list(frames(path, limits=VideoLimits(max_seconds=0.5)))) == 2


@pytest.mark.parametrize("limits", [VideoLimits(max_bytes=100), VideoLimits(max_pixels=6000)])
def test_too_much_is_refused(video, limits):
    with pytest.raises(TooLarge):
        next(frames(video(), limits=limits))


@pytest.mark.parametrize("every", [0, -1, float("nan")])
def test_times_that_never_come_are_refused(video, every):
    with pytest.raises(ConfigError, match="more than 0"):
        next(frames(video(), every=every))


def test_a_cut_off_video_is_corrupt(video):
    path = video()
    path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(CorruptImage, match=r"a\.mp4 cannot be decoded"):
        list(frames(path))


def test_a_picture_is_no_video(tmp_path):
    path = tmp_path / "a.mp4"
    Image.new("RGB", (64, 64)).save(path, "JPEG")
    with pytest.raises(UnsupportedFormat, match="not a video of a known kind"):
        next(frames(path))


def test_a_playlist_opens_nothing(video, tmp_path):
    """A playlist names other files and addresses: opening it would fetch them."""
    path = tmp_path / "list.m3u8"
    path.write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{video().as_uri()}\n#EXT-X-ENDLIST\n"
    )
    with pytest.raises(UnsupportedFormat):
        next(frames(path))


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="not a file"):
        next(frames(tmp_path))


def test_without_pyav_the_message_is_the_command(video, monkeypatch):
    path = video()
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingExtra, match=r'pip install "unmask\[video\]"'):
        next(frames(path))
