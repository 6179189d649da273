"""Faces of videos become a folder that reads as a data set, one group per source video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Entry, Manifest, Split
from unmask.errors import ConfigError
from unmask.types import Box, DecodedImage, Face
from unmask.video.crops import CropPlan, save_faces


class LeftFace:
    """Finds one face on the left, if the picture is bright enough."""

    def find(self, image: DecodedImage) -> tuple[Face, ...]:
        return (Face(Box(20, 20, 40, 40), 0.9),) if image.pixels[32, 80, 1] >= 40 else ()


def _opened(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.fixture
def videos(video, tmp_path) -> Manifest:
    video("set/a.mp4")
    video("set/b/c.mp4")
    (tmp_path / "set" / "broken.mp4").write_bytes(b"no video at all")
    return Manifest(
        tmp_path / "set",
        (
            Entry("a.mp4", 1, Split.TRAIN, "made", "FaceSwap", "clip/1"),
            Entry("b/c.mp4", 0, Split.NONE, "made", "", "clip/2"),
            Entry("broken.mp4", 0, Split.TEST, "made", "", "clip/3"),
        ),
    )


def test_crops_carry_on_what_is_known_of_their_video(videos, tmp_path):
    told: list[bool] = []
    run = save_faces(videos, tmp_path / "out", CropPlan(margin=2), LeftFace(), told.append)
    assert [e.path for e in run.manifest] == [
        *(f"real/b__c/{ms:08}.jpg" for ms in (400, 800, 1200, 1600)),
        *(f"train/fake/a/{ms:08}.jpg" for ms in (400, 800, 1200, 1600)),
    ]
    fake = run.manifest.of(Split.TRAIN).entries[0]
    assert (fake.label, fake.set, fake.generator, fake.group) == (1, "made", "FaceSwap", "clip/1")
    assert fake.box == Box(10, 10, 30, 30)
    assert _opened(run.manifest.file(fake)).shape == (40, 40, 3)
    assert told == [True, True, False]


def test_one_broken_video_does_not_stop_the_rest(videos, tmp_path):
    run = save_faces(videos, tmp_path / "out", finder=LeftFace())
    assert [path for path, _ in run.failures] == ["broken.mp4"]
    assert "broken.mp4 cannot be decoded" in run.failures[0][1]


def test_the_folder_reads_back_as_it_was_told(videos, tmp_path):
    run = save_faces(videos, tmp_path / "out", finder=LeftFace())
    assert read_folder(tmp_path / "out").entries == run.manifest.entries


def test_the_plan_bounds_the_crops_and_png_loses_nothing(videos, tmp_path):
    plan = CropPlan(every=0.1, per_video=3, margin=1, png=True)
    run = save_faces(videos, tmp_path / "out", plan, LeftFace())
    assert len(run.manifest) == 6
    assert {Path(e.path).suffix for e in run.manifest} == {".png"}
    assert _opened(run.manifest.file(run.manifest.entries[0])).shape == (20, 20, 3)


def test_a_video_without_faces_is_told(videos, tmp_path):
    class Blind:
        def find(self, image: DecodedImage) -> tuple[Face, ...]:
            return ()

    run = save_faces(videos, tmp_path / "out", finder=Blind())
    assert len(run.manifest) == 0
    assert ("a.mp4", "no face was found") in run.failures


@pytest.mark.parametrize("plan", [{"per_video": 0}, {"margin": 0.5}])
def test_odd_plans_are_refused(plan):
    with pytest.raises(ConfigError, match="expected at least 1"):
        CropPlan(**plan)


def test_one_person_is_followed_through_the_clip(tmp_path):
    """Somebody larger who passes by is left out: the clip's label is not theirs."""
    from tests.video.clips import BLUE, RED, ColourFinder, Square, write

    def scene(number):
        brief = [Square(130, 10, 55, BLUE)] if 12 <= number < 26 else []
        return [Square(20 + number, 40, 30, RED), *brief]

    (tmp_path / "set").mkdir()
    write(tmp_path / "set" / "a.mp4", scene)
    videos = Manifest(tmp_path / "set", (Entry("a.mp4", 1, Split.TRAIN, "made", "", "clip/1"),))
    run = save_faces(videos, tmp_path / "out", CropPlan(every=0.2), ColourFinder())
    assert len(run.manifest) == 10
    for entry in run.manifest:
        red, _, blue = _opened(run.manifest.file(entry)).mean(axis=(0, 1))
        assert red > blue + 20
        assert entry.group == "clip/1"


def test_what_came_before_damage_is_kept_and_the_damage_told(videos, tmp_path, monkeypatch):
    from unmask.errors import CorruptImage
    from unmask.video import crops

    real = crops.frames

    def damaged(path, every):
        for number, frame in enumerate(real(path, every)):
            if number == 3:
                raise CorruptImage(f"{path.name} cannot be decoded.")
            yield frame

    monkeypatch.setattr(crops, "frames", damaged)
    run = save_faces(videos, tmp_path / "out", finder=LeftFace())
    assert len(run.manifest) == 4
    assert [path for path, _ in run.failures] == ["a.mp4", "b/c.mp4", "broken.mp4"]
