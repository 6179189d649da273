"""The published forms of three video sets are read with their labels, methods, splits and source videos."""

from __future__ import annotations

import json

import pytest

from unmask.dataset.video_sets import read_videos
from unmask.errors import ConfigError, EmptyDataset


def told(root) -> dict[str, tuple]:
    return {
        e.path.rpartition("/")[2]: (e.label, e.split.value, e.generator, e.group)
        for e in read_videos(root)
    }


def test_faceforensics_is_split_and_grouped_by_connected_clips(tree):
    root = tree(
        "original_sequences/youtube/c23/videos/033.mp4",
        "original_sequences/youtube/c23/videos/097.mp4",
        "original_sequences/youtube/c23/videos/500.mp4",
        "manipulated_sequences/Deepfakes/c23/videos/033_097.mp4",
        "manipulated_sequences/NeuralTextures/c23/videos/097_033.mp4",
        "manipulated_sequences/Deepfakes/masks/videos/033_097.mp4",
        "original_sequences/actors/c23/videos/01__kitchen_pan.mp4",
        "manipulated_sequences/DeepFakeDetection/c23/videos/01_02__kitchen_pan__ABC.mp4",
        "manipulated_sequences/DeepFakeDetection/c23/videos/03_02__kitchen_pan__DEF.mp4",
    )
    (root / "train.json").write_text(json.dumps([["033", "097"]]))
    (root / "test.json").write_text(json.dumps([["500", "501"]]))
    found = read_videos(root)
    assert found.sets() == ("faceforensics",)
    assert told(root) == {
        "033.mp4": (0, "train", "", "clip/033"),
        "097.mp4": (0, "train", "", "clip/033"),
        "500.mp4": (0, "test", "", "clip/500"),
        "033_097.mp4": (1, "train", "Deepfakes", "clip/033"),
        "097_033.mp4": (1, "train", "NeuralTextures", "clip/033"),
        "01__kitchen_pan.mp4": (0, "", "", "actors/01__kitchen_pan"),
        "01_02__kitchen_pan__ABC.mp4": (1, "", "DeepFakeDetection", "actors/01__kitchen_pan"),
        "03_02__kitchen_pan__DEF.mp4": (1, "", "DeepFakeDetection", "actors/03__kitchen_pan"),
    }
    assert not any("masks" in e.path for e in found)


def test_celeb_df_keeps_swaps_with_the_video_they_were_made_from(tree):
    root = tree(
        "Celeb-real/id0_0000.mp4",
        "Celeb-synthesis/id0_id1_0000.mp4",
        "Celeb-synthesis/id1_id0_0003.mp4",
        "YouTube-real/00170.mp4",
    )
    (root / "List_of_testing_videos.txt").write_text("1 YouTube-real/00170.mp4\n")
    assert told(root) == {
        "id0_0000.mp4": (0, "train", "", "celeb-real/id0_0000"),
        "id0_id1_0000.mp4": (1, "train", "Celeb-DF", "celeb-real/id0_0000"),
        "id1_id0_0003.mp4": (1, "train", "Celeb-DF", "celeb-real/id1_0003"),
        "00170.mp4": (0, "test", "", "youtube-real/00170"),
    }


def test_celeb_df_without_its_list_has_no_splits(tree):
    root = tree("Celeb-real/videos/id0_0000.mp4", "Celeb-synthesis/videos/id0_id1_0000.mp4")
    assert {e.split.value for e in read_videos(root)} == {""}
    assert {e.group for e in read_videos(root)} == {"celeb-real/id0_0000"}


def test_dfdc_groups_fakes_with_their_original(tree):
    root = tree(
        "dfdc_train_part_0/real.mp4",
        "dfdc_train_part_0/fake.mp4",
        "dfdc_train_part_1/other.mp4",
        "dfdc_train_part_1/unlisted.mp4",
        "test/late.mp4",
    )
    (root / "dfdc_train_part_0" / "metadata.json").write_text(
        json.dumps(
            {
                "real.mp4": {"label": "REAL", "split": "train", "original": None},
                "fake.mp4": {"label": "FAKE", "split": "train", "original": "real.mp4"},
                "gone.mp4": {"label": "FAKE", "split": "train", "original": "real.mp4"},
            }
        )
    )
    (root / "dfdc_train_part_1" / "metadata.json").write_text(
        json.dumps({"other.mp4": {"is_fake": 0}})
    )
    (root / "test" / "labels.csv").write_text("filename,label\nlate.mp4,1\n")
    assert told(root) == {
        "real.mp4": (0, "train", "", "real"),
        "fake.mp4": (1, "train", "DFDC", "real"),
        "other.mp4": (0, "", "", "other"),
        "late.mp4": (1, "", "DFDC", "late"),
    }


def test_any_folders_named_after_labels_do(tree):
    root = tree("Real/a.mp4", "Test/Fake/b.MOV", "Real/c.jpg")
    assert told(root) == {
        "a.mp4": (0, "", "", "Real/a.mp4"),
        "b.MOV": (1, "test", "", "Test/Fake/b.MOV"),
    }


def test_odd_metadata_is_refused(tree):
    root = tree("part/a.mp4")
    (root / "part" / "metadata.json").write_text('{"a.mp4": {"label": "MAYBE"}}')
    with pytest.raises(ConfigError, match="expected REAL or FAKE"):
        read_videos(root)
    (root / "part" / "metadata.json").write_text("{")
    with pytest.raises(ConfigError, match="is not JSON"):
        read_videos(root)


def test_no_videos_are_no_set(tree, tmp_path):
    with pytest.raises(EmptyDataset):
        read_videos(tree("Real/a.jpg"))
    with pytest.raises(EmptyDataset, match="does not exist"):
        read_videos(tmp_path / "nowhere")
