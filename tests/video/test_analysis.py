"""Clips in, answers out: each person, each answer, cuts, damage, interruption, and files that are no clips."""

from __future__ import annotations

import json

import av
import numpy as np
import pytest
from tests.video.clips import BLUE, MIDDLE, RED, SIZE, ColourFinder, Square, moving, write

from unmask.errors import CorruptImage, InputError, UnsupportedFormat
from unmask.types import Box, Face, Label, Reason
from unmask.video import Look, SamplePlan, analyze_video
from unmask.video.frames import VideoLimits
from unmask.video.report.data import to_json


@pytest.mark.parametrize(
    ("colour", "label"),
    [(RED, Label.FAKE), (BLUE, Label.REAL), (MIDDLE, Label.INCONCLUSIVE)],
)
def test_the_three_answers(tmp_path, look, colour, label):
    found = analyze_video(write(tmp_path / "a.mp4", moving(colour)), look)
    (track,) = found.tracks
    assert (found.verdict.label, track.verdict.label) == (label, label)
    assert found.complete
    assert found.notes == ()
    assert (found.width, found.height) == SIZE
    assert found.seconds == pytest.approx(2.0, abs=0.1)
    assert track.share_fake == (1.0 if label is Label.FAKE else 0.0)
    assert track.moments[0].pixels.ndim == 3


def test_one_fake_of_two_people_makes_the_clip_fake(tmp_path, look):
    def scene(number):
        return [Square(10 + number * 0.3, 30, 40, BLUE), Square(120, 20, 44, RED)]

    found = analyze_video(write(tmp_path / "a.mp4", scene), look)
    assert found.verdict.label is Label.FAKE
    assert [t.verdict.label for t in found.tracks] in (
        [Label.REAL, Label.FAKE],
        [Label.FAKE, Label.REAL],
    )


def test_a_real_person_with_some_fake_frames_is_not_called_real(tmp_path, look):
    def scene(number):
        return [Square(40, 30, 40, RED if 20 <= number < 30 else BLUE)]

    path = write(tmp_path / "a.mp4", scene, every_key=1)
    found = analyze_video(path, look, SamplePlan(every=0.04))
    assert found.verdict.label is Label.INCONCLUSIVE
    assert found.verdict.reason is Reason.UNSTABLE
    assert found.tracks[0].share_fake == pytest.approx(0.2, abs=0.03)
    chances = dict(zip(found.sampled, found.tracks[0].smoothed, strict=True))
    assert chances[min(chances, key=lambda t: abs(t - 1.0))] > 0.9
    assert chances[min(chances)] < 0.1


def test_flicker_shows_in_the_numbers(tmp_path, look):
    path = write(tmp_path / "a.mp4", moving(MIDDLE), count=100)
    steady = analyze_video(path, look).tracks[0].temporal

    def scene(number):
        return [Square(40 + 3 * (number % 2), 30, 40, (MIDDLE, RED)[number % 2])]

    flickering = analyze_video(write(tmp_path / "b.mp4", scene, count=100, every_key=1), look)
    trembling = flickering.tracks[0].temporal
    assert steady.pairs >= 3
    assert trembling.score > steady.score + 1
    assert trembling.box > 2 * steady.box


def test_a_person_keeps_the_number_across_a_cut(tmp_path, look):
    path = write(tmp_path / "a.mp4", moving(BLUE, step=0.1), cuts=(20,))
    found = analyze_video(path, look)
    assert len(found.cuts) == 1
    assert found.cuts[0] == pytest.approx(0.8, abs=0.2)
    assert len(found.tracks) == 1


def test_without_a_face_there_is_no_answer(tmp_path, look):
    found = analyze_video(write(tmp_path / "a.mp4", lambda _: []), look)
    assert found.verdict.reason is Reason.NO_FACE
    assert found.tracks == ()


def test_key_frames_alone_give_the_same_answer(tmp_path, look):
    for colour in (RED, BLUE):
        path = write(tmp_path / "a.mp4", moving(colour), count=100)
        keys = analyze_video(path, look, SamplePlan(keys_only=True))
        every = analyze_video(path, look, SamplePlan(every=0.04))
        assert keys.verdict.label is every.verdict.label
        assert len(keys.sampled) < len(every.sampled) / 5
        assert "Only key frames" in keys.notes[0]


def test_motion_jpeg(tmp_path, look):
    path = tmp_path / "a.mov"
    _mjpeg(path)
    assert analyze_video(path, look).verdict.label is Label.FAKE


def _mjpeg(path):
    from tests.video.clips import draw

    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuvj420p"
        for number in range(25):
            container.mux(
                stream.encode(av.VideoFrame.from_ndarray(draw(moving(RED)(number)), "rgb24"))
            )
        container.mux(stream.encode())


def test_variable_rate_keeps_the_clips_own_clock(tmp_path, look):
    from tests.video.clips import draw

    path = tmp_path / "a.mkv"
    times = [0, 40, 80, 1000, 1040, 3000, 3040, 3080]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=1000)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for time in times:
            picture = av.VideoFrame.from_ndarray(draw(moving(RED, step=0)(0)), "rgb24")
            picture.pts = time
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    found = analyze_video(path, look, SamplePlan(every=0.5))
    assert found.sampled == pytest.approx((0, 1.0, 3.0), abs=0.01)
    assert found.verdict.label is Label.FAKE


def test_damage_in_the_middle_leaves_what_came_before(tmp_path, look, monkeypatch):
    from unmask.video import sampling

    real = sampling.decoded

    def damaged(*args):
        for time, picture in real(*args):
            if time > 1:
                raise CorruptImage("a.mp4 cannot be decoded.")
            yield time, picture

    monkeypatch.setattr(sampling, "decoded", damaged)
    found = analyze_video(write(tmp_path / "a.mp4", moving(RED)), look)
    assert found.verdict.label is Label.FAKE
    assert not found.complete
    assert "Only the first 0." in found.notes[0] or "Only the first 1.0" in found.notes[0]


def test_stopping_gives_what_there_is(tmp_path, look):
    path = write(tmp_path / "a.mp4", moving(RED))
    told = []
    found = analyze_video(path, look, progress=lambda now, end: told.append((now, end)) or now < 1)
    assert found.verdict.label is Label.FAKE
    assert not found.complete
    assert "Stopped at 1." in found.notes[0]
    assert told[0][1] == pytest.approx(2.0, abs=0.1)


def test_limits_end_the_reading(tmp_path, look):
    path = write(tmp_path / "a.mp4", moving(RED))
    found = analyze_video(path, look, SamplePlan(max_frames=4))
    assert len(found.sampled) == 4
    found = analyze_video(path, look, limits=VideoLimits(max_seconds=1))
    assert found.sampled[-1] <= 1
    assert not found.complete


def test_an_empty_file_and_sound_alone_are_told(tmp_path, look):
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")
    with pytest.raises(InputError, match=r"empty\.mp4"):
        analyze_video(empty, look)
    sound = tmp_path / "sound.mp4"
    with av.open(str(sound), "w") as container:
        stream = container.add_stream("aac", rate=16000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16000), np.float32), "fltp", "mono")
        frame.sample_rate = 16000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(UnsupportedFormat, match="no picture track"):
        analyze_video(sound, look)


def test_brief_faces_are_left_out_and_told(tmp_path, look):
    def scene(number):
        brief = [Square(140, 10, 30, RED)] if number in (25, 26) else []
        return [Square(20, 30, 40, BLUE), *brief]

    path = write(tmp_path / "a.mp4", scene, every_key=1)
    found = analyze_video(path, look, SamplePlan(every=0.04))
    assert found.verdict.label is Label.REAL
    assert len(found.tracks) == 1
    assert "1 face was seen too briefly" in found.notes[0]


def test_what_the_finder_doubts_or_sees_now_and_then_is_left_out(tmp_path, tiny_detector):
    class Nervous(ColourFinder):
        def find(self, image):
            faces = super().find(image)
            doubt = Face(Box(120, 10, 160, 50), 0.55)
            blink = Face(Box(10, 60, 50, 100), 0.9)
            self.calls = getattr(self, "calls", 0) + 1
            return (*faces, doubt, *([blink] if self.calls % 5 == 1 else []))

    look = Look.open(tiny_detector, faces=Nervous())
    path = write(tmp_path / "a.mp4", lambda _: [Square(60, 10, 40, BLUE)])
    found = analyze_video(path, look, SamplePlan(every=0.04))
    assert len(found.tracks) == 1
    assert found.tracks[0].sightings[0].face.box.left == pytest.approx(60, abs=3)
    assert "2 faces were seen too briefly" in found.notes[0]


def test_the_same_clip_gives_the_same_json(tmp_path, look):
    path = write(tmp_path / "a.mp4", moving(RED))
    one, two = (json.dumps(to_json(analyze_video(path, look))) for _ in range(2))
    assert one == two
    data = json.loads(one)
    assert data["video_schema_version"] == 1
    (track,) = data["tracks"]
    assert track["number"] == 1
    assert {"time", "face", "logits", "fake_probability", "smoothed_probability"} <= set(
        track["sightings"][0]
    )
    assert track["verdict"]["label"] == "fake"
    assert [s["time"] for s in track["sightings"]] == pytest.approx(data["sampled"])
