"""Folders in the forms that published sets have are read with the right label, split, set and group."""

from __future__ import annotations

from collections import Counter

import pytest

from unmask.dataset.layouts import read_folder, scan
from unmask.dataset.manifest import Manifest, Split, write_manifest
from unmask.errors import ConfigError, EmptyDataset


def rows(manifest: Manifest) -> list[tuple[str, int, str, str]]:
    return [(e.path, e.label, e.split.value, e.set) for e in manifest]


@pytest.mark.parametrize(
    ("folder", "label", "split"),
    [
        ("Train/Real", 0, "train"),
        ("TRAINING/original", 0, "train"),
        ("val/authentic", 0, "validation"),
        ("valid/Deepfake", 1, "validation"),
        ("Validation/AI", 1, "validation"),
        ("test/synthetic", 1, "test"),
        ("Real/Test", 0, "test"),
        ("real", 0, ""),
        ("deepfake", 1, ""),
        ("training_real", 0, "train"),
        ("fake_faces", 1, ""),
        ("AI-generated images", 1, ""),
    ],
)
def test_folder_names_say_label_and_split(tree, folder, label, split):
    root = tree(f"{folder}/a.JPG", f"{folder}/notes.txt", f"{folder}/.hidden.jpg")
    assert rows(read_folder(root)) == [(f"{folder}/a.JPG", label, split, "set")]


def test_a_folder_of_sets_names_each(tree):
    manifest = read_folder(tree("ai/Train/Real/a.jpg", "two/test/FAKE/b.png", "more/x/fake/c.webp"))
    assert rows(manifest) == [
        ("ai/Train/Real/a.jpg", 0, "train", "ai"),
        ("more/x/fake/c.webp", 1, "", "more/x"),
        ("two/test/FAKE/b.png", 1, "test", "two"),
    ]


def test_the_kaggle_set_is_called_by_its_own_name(tree):
    """kagglehub unpacks into NAME/versions/1/Dataset."""
    tree("deepfake-and-real-images/versions/1/Dataset/Train/Fake/fake_0.jpg")
    root = tree("deepfake-and-real-images/versions/1/Dataset/Validation/Real/real_0.jpg")
    version = root / "deepfake-and-real-images" / "versions" / "1"
    for place in (version, version / "Dataset"):
        manifest = read_folder(place)
        assert manifest.sets() == ("deepfake-and-real-images",)
        assert manifest.labels().tolist() == [1, 0]
        assert [e.split for e in manifest] == [Split.TRAIN, Split.VALIDATION]


def test_the_140k_set_reads_from_its_folders_not_its_lists(tree):
    """Its lists call real 1; its folders are clear."""
    root = tree(
        "real_vs_fake/real-vs-fake/train/real/31355.jpg",
        "real_vs_fake/real-vs-fake/valid/fake/0A0.jpg",
        "real_vs_fake/real-vs-fake/test/fake/0B0.jpg",
    )
    (root / "train.csv").write_text("original_path,id,label,label_str,path\nx,1,1,real,x\n")
    assert [(label, split, name) for _, label, split, name in rows(read_folder(root))] == [
        (1, "test", "set"),
        (0, "train", "set"),
        (1, "validation", "set"),
    ]


def test_clips_mixed_with_each_other_are_one_group(tree):
    root = tree(
        "f/Train/Real/real_033_06.jpg",
        "f/Train/Real/real_097_01.jpg",
        "f/Train/Fake/Deepfakes_033_097_06.jpg",
        "f/Train/Fake/faceswap_097_033_06.jpg",
        "f/Train/Real/real_500_01.jpg",
        "g/Train/Real/real_033_06.jpg",
        "f/Train/Real/real_101.jpg",
    )
    told = {e.path: (e.generator, e.group) for e in read_folder(root)}
    assert told == {
        "f/Train/Real/real_033_06.jpg": ("", "f/033"),
        "f/Train/Real/real_097_01.jpg": ("", "f/033"),
        "f/Train/Fake/Deepfakes_033_097_06.jpg": ("Deepfakes", "f/033"),
        "f/Train/Fake/faceswap_097_033_06.jpg": ("FaceSwap", "f/033"),
        "f/Train/Real/real_500_01.jpg": ("", "f/500"),
        "g/Train/Real/real_033_06.jpg": ("", "g/033"),
        "f/Train/Real/real_101.jpg": ("", "f/Train/Real/real_101.jpg"),
    }


def test_fakes_tell_their_maker_and_photographs_have_none(tree):
    root = tree(
        "m/Test/Fake/dalle3_06ebc4c0dc.jpg",
        "m/Test/Fake/img_06ebc4c0dc.jpg",
        "m/Test/Real/us_06ebc4c0dc.jpg",
    )
    assert [e.generator for e in read_folder(root)] == ["dalle3", "", ""]


def test_folders_of_people_or_videos_keep_their_pictures_together(tree):
    root = tree("Fake/Face2Face/ann/1.jpg", "Fake/bob/1.jpg", "Real/ann/2.jpg", "Real/3.jpg")
    assert [(e.path, e.generator, e.group) for e in read_folder(root)] == [
        ("Fake/Face2Face/ann/1.jpg", "Face2Face", "ann"),
        ("Fake/bob/1.jpg", "", "bob"),
        ("Real/3.jpg", "", "Real/3.jpg"),
        ("Real/ann/2.jpg", "", "ann"),
    ]


def test_a_manifest_in_the_folder_is_what_counts(tree):
    root = tree("Train/Real/a.jpg", "Train/Fake/b.jpg")
    write_manifest(read_folder(root).of(Split.TRAIN).in_set("set"), root / "manifest.csv")
    tree("Train/Fake/c.jpg")
    assert len(read_folder(root)) == len(read_folder(root / "manifest.csv")) == 2


def test_a_copy_under_another_name_has_the_same_fingerprint(tree):
    first = read_folder(tree("Train/Real/a.jpg", "Fake/Deepfakes_033_097_1.jpg"))
    root = first.root.rename(first.root.with_name("copy"))
    assert read_folder(root).fingerprint() == first.fingerprint()
    assert read_folder(root).sets() != first.sets()


def test_pictures_under_no_label_are_told(tree):
    assert scan(tree("Real/a.jpg", "rest/b.jpg")).unlabelled == ("rest/b.jpg",)


def test_links_in_a_circle_end(tree):
    root = tree("Real/a.jpg")
    (root / "Real" / "again").symlink_to(root)
    assert len(read_folder(root)) == 1


@pytest.mark.parametrize(
    ("names", "error", "says"),
    [
        (("Fake/original/a.jpg",), ConfigError, "name two labels"),
        (("train/real/test/a.jpg",), ConfigError, "name two splits"),
        (("cats/a.jpg",), EmptyDataset, "holds 1 such files"),
        (("real_vs_fake/a.jpg",), EmptyDataset, "such as Train/Real"),
    ],
)
def test_a_folder_that_cannot_be_meant_is_refused(tree, names, error, says):
    root = tree(*names)
    with pytest.raises(error, match=says):
        read_folder(root)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(EmptyDataset, match="does not exist"):
        read_folder(tmp_path / "nowhere")


def test_the_shared_sets_read_as_their_readme_counts_them(shared):
    manifest = scan(shared).manifest
    counts = Counter((e.set, e.split.value, e.label) for e in manifest)
    assert counts["openforensics", "train", 1] == 1200
    assert counts["ffpp", "test", 0] == 110
    assert counts["makers", "validation", 1] == 48
    makers = {e.generator for e in manifest.in_set("makers")}
    assert {"gpt4o", "dalle3", "sdsamples"} <= makers
    assert "" not in makers
    splits: dict[str, set[Split]] = {}
    for entry in manifest.in_set("ffpp"):
        splits.setdefault(entry.group, set()).add(entry.split)
    assert all(len(found) == 1 for found in splits.values())
    assert len(splits) < len(manifest.in_set("ffpp")) / 10
