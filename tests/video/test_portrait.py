"""The shipped finder on a moving portrait: one person, followed all the way, in all frames."""

from __future__ import annotations

import av
import numpy as np
import pytest
from PIL import Image
from tests.conftest import ROOT

from unmask.video import Look, analyze_video

SIZE, STEP, COUNT = (480, 300), 3, 60


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """NASA's portrait of Eileen Collins, carried from left to right."""
    path = tmp_path_factory.mktemp("clips") / "portrait.mp4"
    with Image.open(ROOT / "examples" / "collins.jpg") as image:
        portrait = image.convert("RGB").resize((300, 300))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.bit_rate = 3_000_000
        for number in range(COUNT):
            wall = Image.new("RGB", SIZE, (120, 120, 125))
            wall.paste(portrait, (number * STEP, 0))
            frame = av.VideoFrame.from_ndarray(np.asarray(wall), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_one_person_is_followed_all_the_way(clip, tiny_detector):
    found = analyze_video(clip, Look.open(tiny_detector))
    (track,) = found.tracks
    assert len(track.sightings) == len(found.sampled) >= 6
    lefts = [s.face.box.left - s.time * 25 * STEP for s in track.sightings]
    assert max(lefts) - min(lefts) < 12
    # The portrait's face is about 58 pixels wide here, at (104, 38).
    assert 90 < np.median(lefts) < 120
    assert track.temporal.pairs >= 2
