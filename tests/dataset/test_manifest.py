"""A manifest keeps its order, its fingerprint and its rows through CSV, and refuses what it cannot mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmask.dataset.manifest import Entry, Manifest, Split, read_manifest, write_manifest
from unmask.errors import ConfigError, EmptyDataset
from unmask.types import Box

ENTRIES = (
    Entry("b.jpg", 1, Split.TRAIN, "one", "dalle3", "ann", Box(1, 2.5, 30, 40)),
    Entry("a/é, ü.jpg", 0, Split.TEST, "two"),
    Entry("c.png", 0),
)


def test_an_entry_without_a_group_is_its_own():
    assert Entry("a.jpg", 0).group == "a.jpg"


def test_an_entry_has_one_of_two_labels():
    with pytest.raises(ConfigError, match=r"a\.jpg has the label 2"):
        Entry("a.jpg", 2)


def test_a_manifest_answers_about_its_entries():
    manifest = Manifest(Path("x"), ENTRIES)
    assert [e.path for e in manifest] == ["a/é, ü.jpg", "b.jpg", "c.png"]
    assert len(manifest) == 3
    assert manifest.labels().tolist() == [0, 1, 0]
    assert manifest.sets() == ("", "one", "two")
    assert [e.path for e in manifest.of(Split.TRAIN)] == ["b.jpg"]
    assert [e.path for e in manifest.in_set("two")] == ["a/é, ü.jpg"]
    assert manifest.file(ENTRIES[0]) == Path("x/b.jpg")


@settings(deadline=None)
@given(st.permutations(ENTRIES))
def test_the_fingerprint_does_not_know_order_or_root(entries):
    assert (
        Manifest(Path("elsewhere"), tuple(entries)).fingerprint()
        == Manifest(Path("here"), ENTRIES).fingerprint()
    )


@pytest.mark.parametrize(
    "change",
    [
        {"path": "z.jpg"},
        {"label": 0},
        {"split": Split.TEST},
        {"generator": "x"},
        {"group": "x"},
        {"box": None},
    ],
)
def test_the_fingerprint_knows_everything_that_training_sees(change):
    changed = (replace(ENTRIES[0], **change), *ENTRIES[1:])
    assert Manifest(Path(), changed).fingerprint() != Manifest(Path(), ENTRIES).fingerprint()


@pytest.mark.parametrize("where", ["set/manifest.csv", "other/place/list.csv"])
def test_csv_gives_back_what_it_got(tmp_path, where):
    (tmp_path / "set").mkdir()
    manifest = Manifest(tmp_path / "set", tuple(replace(e, set=e.set or "s") for e in ENTRIES))
    write_manifest(manifest, tmp_path / where)
    back = read_manifest(tmp_path / where)
    assert back.entries == manifest.entries
    assert back.root.resolve() == manifest.root.resolve()


def test_a_short_csv_is_enough(tmp_path):
    (tmp_path / "m.csv").write_text("path,label\na.jpg,Real\nb.jpg,AI\nsub\\c.jpg,1\n")
    manifest = read_manifest(tmp_path / "m.csv")
    assert [(e.path, e.label) for e in manifest] == [("a.jpg", 0), ("b.jpg", 1), ("sub/c.jpg", 1)]
    assert manifest.sets() == (tmp_path.name,)


def test_words_win_over_numbers_that_may_count_the_other_way(tmp_path):
    """The 140k set's own lists call real 1."""
    (tmp_path / "m.csv").write_text("path,label,label_str\na.jpg,1,real\nb.jpg,0,fake\n")
    assert read_manifest(tmp_path / "m.csv").labels().tolist() == [0, 1]


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("file,label\na,0\n", ConfigError, "needs 'path' and 'label'"),
        ("", ConfigError, "needs 'path' and 'label'"),
        ("path,label\n", EmptyDataset, "lists no pictures"),
        ("path,label\na,maybe\n", ConfigError, "expected 0 or real, 1 or fake"),
        ("path,label\n../a,0\n", ConfigError, r"without '\.\.'"),
        ("path,label\n/etc/a,0\n", ConfigError, r"without '\.\.'"),
        ("path,label,split\na,0,later\n", ConfigError, "split 'later'"),
        ("path,label,left,top,right,bottom\na,0,1,2,,4\n", ConfigError, "expected four numbers"),
        ("path,label,root\na,0,x\nb,1,y\n", ConfigError, "names 2 roots"),
    ],
)
def test_a_csv_that_cannot_be_meant_is_refused(tmp_path, text, error, says):
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(error, match=says):
        read_manifest(tmp_path / "m.csv")
