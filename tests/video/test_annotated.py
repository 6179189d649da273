"""The annotated clip: as many frames at the same times, boxes where the faces are, in the colour of the answer."""

from __future__ import annotations

import numpy as np
import pytest
from tests.video.clips import BLUE, RED, SIZE, Square, moving, write

from unmask.reports.palette import LIGHT, rgb
from unmask.types import Label
from unmask.video import analyze_video
from unmask.video.frames import frames
from unmask.video.report.annotated import annotate


def _near(pixels, colour) -> np.ndarray:
    return np.abs(pixels.astype(int) - rgb(colour)).max(axis=2) < 50


@pytest.mark.parametrize(("colour", "label"), [(RED, Label.FAKE), (BLUE, Label.REAL)])
def test_boxes_follow_the_faces(tmp_path, look, colour, label):
    path = write(tmp_path / "a.mp4", moving(colour, left=40, step=1.5))
    out = tmp_path / "b.mp4"
    annotate(path, analyze_video(path, look), out)
    before, after = (list(frames(p, every=0.04)) for p in (path, out))
    assert [f.time for f in after] == pytest.approx([f.time for f in before], abs=0.002)
    for number in (5, 40):
        assert after[number].pixels.shape == (SIZE[1], SIZE[0], 3)
        row = _near(after[number].pixels, LIGHT[label].solid)[55]
        left = 40 + 1.5 * number
        right_edge = np.flatnonzero(row[: SIZE[0]])
        assert len(right_edge)
        assert abs(right_edge.min() - left) < 5 or colour == RED
        assert (np.abs(right_edge - (left + 39)) < 5).any()


def test_an_incomplete_analysis_ends_its_clip(tmp_path, look):
    path, out = write(tmp_path / "a.mp4", moving(RED)), tmp_path / "b.mp4"
    found = analyze_video(path, look, progress=lambda now, end: now < 1)
    annotate(path, found, out)
    assert list(frames(out, every=0.04))[-1].time == pytest.approx(found.sampled[-1], abs=0.01)


def test_who_left_is_framed_no_longer(tmp_path, look):
    def scene(number):
        gone = [] if number >= 50 else [Square(20, 30, 40, RED)]
        return [*gone, Square(120, 30, 40, BLUE)]

    path = write(tmp_path / "a.mp4", scene, count=100)
    found = analyze_video(path, look)
    red, blue = sorted(found.tracks, key=lambda t: t.verdict.label)
    assert red.box_at(1.9, found.sampled).left == pytest.approx(20, abs=3)
    assert red.box_at(2.3, found.sampled) is None
    assert blue.box_at(2.3, found.sampled).left == pytest.approx(120, abs=3)


def test_a_box_goes_straight_from_one_sighting_to_the_next(tmp_path, look):
    path = write(tmp_path / "a.mp4", moving(RED, step=1.0))
    found = analyze_video(path, look)
    for number in range(45):
        assert found.tracks[0].box_at(number / 25, found.sampled).left == pytest.approx(
            20 + number, abs=3
        )
