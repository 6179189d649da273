"""Entries come with their split and boxes; backgrounds are split by name and never overlap."""

from __future__ import annotations

import numpy as np
import pytest

from unmask.errors import EmptyDataset
from unmask.training.finder.pictures import (
    TEST,
    TRAIN,
    VALIDATION,
    background_paths,
    load_all,
    read_entries,
)


def test_entries_know_their_set_split_and_boxes(data):
    entries = read_entries(data)
    assert len(entries) == 21
    assert {entry.source for entry in entries} == {"drawn", "painted"}
    assert {entry.split for entry in entries} == {TRAIN, VALIDATION, TEST}
    unknown = [entry for entry in entries if not len(entry.boxes)]
    assert [entry.path for entry in unknown] == [
        f"drawn/{split}/Real/unknown.jpg" for split in (TEST, TRAIN, VALIDATION)
    ]


def test_boxes_are_cut_to_the_picture(tmp_path):
    (tmp_path / "faces.csv").write_text(
        "path,width,height,left,top,right,bottom,score\ns/Train/Real/a.jpg,100,80,-5,2,140,90,0.9\n"
    )
    (entry,) = read_entries(tmp_path)
    assert entry.boxes.tolist() == [[0, 2, 100, 80]]


def test_backgrounds_are_dealt_out_once(data):
    dealt = [set(background_paths(data, split)) for split in (TRAIN, VALIDATION, TEST)]
    assert sum(map(len, dealt)) == 24
    assert len(set.union(*dealt)) == 24
    assert all(dealt)


def test_pictures_come_with_their_boxes(data):
    entries = [entry for entry in read_entries(data) if len(entry.boxes)][:2]
    for entry, picture in zip(entries, load_all(data, entries), strict=True):
        assert picture.pixels.shape == (128, 128, 3)
        assert np.array_equal(picture.boxes, entry.boxes)


def test_a_folder_without_boxes_says_so(tmp_path):
    with pytest.raises(EmptyDataset, match=r"faces\.csv is missing"):
        read_entries(tmp_path)
    with pytest.raises(EmptyDataset, match="backgrounds"):
        background_paths(tmp_path, TRAIN)
