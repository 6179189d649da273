"""Real faces and flickering fakes of them: verdicts, curves, figures on flicker, cuts, two faces, turned clips."""

from __future__ import annotations

import random

import av
import pytest
from tests.video import fakes
from tests.video.clips import CONTAINERS, SIZE, ColourFinder, draw, write
from tests.video.conftest import turned

from unmask.errors import InputError
from unmask.types import Label, Reason
from unmask.video import SamplePlan, analyze_video
from unmask.video.frames import frames

EVERY_FRAME = SamplePlan(every=0.04)


def _clip(tmp_path, scene, **options):
    return write(tmp_path / "clip.mp4", scene, **options)


@pytest.mark.parametrize(("faked", "label"), [(False, Label.REAL), (True, Label.FAKE)])
@pytest.mark.parametrize("plan", [SamplePlan(), EVERY_FRAME, SamplePlan(keys_only=True)])
def test_verdicts(tmp_path, look, faked, label, plan):
    found = analyze_video(_clip(tmp_path, fakes.walking(faked)), look, plan)
    (track,) = found.tracks
    assert found.verdict.label is track.verdict.label is label
    assert track.share_fake == float(faked)
    assert len(track.sightings) == len(found.sampled) == len(track.smoothed)


def test_fakes_made_frame_by_frame_flicker(tmp_path, look):
    real, fake = (
        analyze_video(_clip(tmp_path, fakes.walking(faked)), look, EVERY_FRAME).tracks[0]
        for faked in (False, True)
    )
    assert real.temporal.pairs == fake.temporal.pairs == 49
    assert fake.temporal.score > 5 * real.temporal.score
    assert fake.temporal.appearance > 1.5 * real.temporal.appearance
    assert fake.temporal.box == pytest.approx(real.temporal.box, abs=0.01)


def test_a_swap_of_half_a_second_shows_in_the_curve(tmp_path, look):
    def scene(number):
        return [fakes.person(40 + number * 0.4, seed=number if 25 <= number < 38 else None)]

    found = analyze_video(_clip(tmp_path, scene, every_key=1), look, EVERY_FRAME)
    (track,) = found.tracks
    assert (found.verdict.label, found.verdict.reason) == (Label.INCONCLUSIVE, Reason.UNSTABLE)
    assert track.share_fake == pytest.approx(13 / 50, abs=0.05)
    curve = dict(zip(found.sampled, track.smoothed, strict=True))
    assert all(value > 0.9 for time, value in curve.items() if 1.1 < time < 1.4)
    assert all(value < 0.2 for time, value in curve.items() if not 0.9 < time < 1.6)


def test_one_fake_of_two_persons(tmp_path, look):
    def scene(number):
        return [fakes.person(10 + number * 0.4, 50), fakes.person(120, 60, seed=number)]

    found = analyze_video(_clip(tmp_path, scene), look)
    left, right = sorted(found.tracks, key=lambda t: t.sightings[0].face.box.left)
    assert found.verdict.label is right.verdict.label is Label.FAKE
    assert left.verdict.label is Label.REAL
    assert {left.number, right.number} == {1, 2}


def test_a_person_keeps_the_number_over_a_cut_and_somebody_elsewhere_is_new(tmp_path, look):
    def scene(number):
        return [fakes.person(30 if number < 40 else 110)]

    found = analyze_video(_clip(tmp_path, scene, count=80, cuts=(20, 40)), look)
    assert found.cuts == pytest.approx((0.8, 1.6), abs=0.2)
    assert len(found.tracks) == 2
    first, second = found.tracks
    assert first.last < 1.6 <= second.first
    assert first.last > 1.2


def test_a_turned_clip_is_judged_upright(tmp_path, look):
    path = _clip(tmp_path, fakes.walking(True, step=0))
    upright = analyze_video(path, look)
    turned(path)
    found = analyze_video(path, look)
    assert (found.width, found.height) == (upright.height, upright.width)
    assert found.verdict.label is Label.FAKE
    one, other = (a.tracks[0].sightings[0].face.box for a in (upright, found))
    assert other.top == pytest.approx(one.left, abs=2)
    assert next(frames(path)).pixels.shape[:2] == (found.height, found.width)


@pytest.mark.parametrize(("curve", "name"), [(16, "PQ"), (18, "HLG")])
def test_hdr_is_told(tmp_path, look, curve, name):
    path = tmp_path / "hdr.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p10le"
        stream.codec_context.color_trc, stream.codec_context.color_primaries = curve, 9
        for number in range(25):
            frame = av.VideoFrame.from_ndarray(draw(fakes.walking(True)(number)), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    found = analyze_video(path, look)
    assert f"HDR ({name})" in found.notes[0]
    assert len(found.tracks) == 1


@pytest.mark.parametrize("name", CONTAINERS)
def test_containers(tmp_path, look, name):
    path = write(tmp_path / name, fakes.walking(True), count=25, **CONTAINERS[name])
    found = analyze_video(path, look)
    assert found.verdict.label is Label.FAKE
    assert found.complete
    assert found.seconds == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("name", CONTAINERS)
def test_clips_cut_anywhere_give_an_answer_or_a_clear_error(tmp_path, look, name):
    whole = write(tmp_path / name, fakes.walking(True), count=25, **CONTAINERS[name]).read_bytes()
    odds, answers = random.Random(name), 0
    for number in range(50):
        answers += _answered(
            tmp_path / name, whole[: odds.randrange(len(whole))], look, number % 2 == 0
        )
    # An MP4 whose table of contents stands at its end has nothing before it.
    assert answers == 0 if name == "plain.mp4" else answers > 15, answers


@pytest.mark.parametrize("name", CONTAINERS)
def test_clips_with_spoilt_bytes_give_an_answer_or_a_clear_error(tmp_path, look, name):
    whole = write(tmp_path / name, fakes.walking(True), count=25, **CONTAINERS[name]).read_bytes()
    odds = random.Random(name)
    for number in range(20):
        spoilt = bytearray(whole)
        for _ in range(50):
            spoilt[odds.randrange(len(whole))] = odds.randrange(256)
        _answered(tmp_path / name, bytes(spoilt), look, number % 2 == 0)


def _answered(path, data, look, keys_only) -> bool:
    path.write_bytes(data)
    try:
        found = analyze_video(path, look, SamplePlan(keys_only=keys_only))
    except InputError as error:
        assert path.name in str(error), error
        return False
    assert found.sampled == tuple(sorted(found.sampled))
    assert found.sampled[0] >= 0
    assert found.seconds >= found.sampled[-1]
    return True


def test_the_finder_of_these_tests_knows_the_faces():
    """Else every test above would be about something else."""
    from unmask.stages.decode import from_pixels

    (face,) = ColourFinder().find(from_pixels(draw(fakes.walking(True)(0))))
    assert (face.box.left, face.box.top, face.box.width, face.box.height) == (20, 24, 60, 60)
