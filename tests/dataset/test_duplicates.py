"""Copies are found by bytes and by look; frames of one clip and even surfaces are no copies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageOps

from unmask.dataset.duplicates import across_labels, across_splits, find_duplicates
from unmask.dataset.facts import measure
from unmask.dataset.layouts import read_folder


def paths(facts, links) -> set[frozenset[str]]:
    return {frozenset(facts.manifest.entries[i].path for i in link) for link in links.tolist()}


@pytest.fixture
def facts(tmp_path, picture):
    for name, seed, quality in (
        ("Train/Real/one.jpg", 1, 90),
        ("Test/Real/same-bytes.jpg", 1, 90),
        ("Test/Real/again.jpg", 1, 50),
        ("Train/Fake/called-fake.jpg", 2, 90),
        ("Train/Real/called-real.jpg", 2, 90),
        ("Train/Real/other.jpg", 3, 90),
    ):
        picture(tmp_path / name, seed=seed, quality=quality)
    return measure(read_folder(tmp_path))


def test_exact_and_near_are_told_apart(facts):
    links = find_duplicates(facts)
    assert paths(facts, links.exact) == {
        frozenset({"Train/Real/one.jpg", "Test/Real/same-bytes.jpg"}),
        frozenset({"Train/Fake/called-fake.jpg", "Train/Real/called-real.jpg"}),
    }
    assert paths(facts, links.near) == {
        frozenset({"Train/Real/one.jpg", "Test/Real/again.jpg"}),
        frozenset({"Test/Real/same-bytes.jpg", "Test/Real/again.jpg"}),
    }
    assert len(across_splits(facts, links.exact)) == 1
    assert len(across_splits(facts, links.near)) == 1
    assert len(across_labels(facts, links.exact)) == 1


def test_frames_of_one_clip_in_one_split_are_meant_to_be_alike(facts):
    entries = [replace(e, group="clip") for e in facts.manifest]
    links = find_duplicates(replace(facts, manifest=facts.manifest.with_entries(entries)))
    assert paths(facts, links.near) == {frozenset({"Train/Real/one.jpg", "Test/Real/again.jpg"})}


def test_very_many_equal_looks_make_a_chain_not_all_pairs(tmp_path, picture):
    first = picture(tmp_path / "Real" / "0.jpg", seed=1)
    for number in range(1, 30):
        # bytes after the end of a JPEG change the file, not the picture
        (tmp_path / "Real" / f"{number}.jpg").write_bytes(first.read_bytes() + bytes([number]))
    facts = measure(read_folder(tmp_path))
    links = find_duplicates(facts)
    assert not len(links.exact)
    assert len(links.near) == 29
    assert len(set(np.unique(links.near))) == 30


def test_a_mirrored_copy_in_another_split_is_a_leak(tmp_path, picture):
    first = picture(tmp_path / "Train" / "Real" / "a.png", seed=1)
    picture(tmp_path / "Train" / "Real" / "b.png", seed=2)
    (tmp_path / "Test" / "Real").mkdir(parents=True)
    with Image.open(first) as image:
        ImageOps.mirror(image).save(tmp_path / "Test" / "Real" / "c.png")
    facts = measure(read_folder(tmp_path))
    links = find_duplicates(facts)
    assert paths(facts, links.near) == {frozenset({"Train/Real/a.png", "Test/Real/c.png"})}
    assert len(across_splits(facts, links.near)) == 1


def test_even_surfaces_are_not_copies_of_each_other(tmp_path):
    for folder in ("Train", "Test"):
        (tmp_path / folder / "Real").mkdir(parents=True)
    Image.new("RGB", (40, 40), "black").save(tmp_path / "Train" / "Real" / "a.png")
    Image.new("RGB", (40, 40), "white").save(tmp_path / "Test" / "Real" / "b.png")
    links = find_duplicates(measure(read_folder(tmp_path)))
    assert not len(links.near)
