"""Files are measured as they are, hostile ones are told and never stop the rest, processes change nothing."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from unmask.dataset.facts import measure
from unmask.dataset.layouts import read_folder
from unmask.types import Limits


@pytest.fixture
def folder(tmp_path, picture):
    picture(tmp_path / "Real" / "a.jpg", seed=1, size=80, quality=83)
    picture(tmp_path / "Real" / "b.png", seed=2, size=50)
    whole = picture(tmp_path / "Fake" / "half.jpg", seed=3, size=200, quality=95)
    whole.write_bytes(whole.read_bytes()[:2500])
    (tmp_path / "Fake" / "text.jpg").write_text("not a picture")
    (tmp_path / "Fake" / "empty.jpg").touch()
    return tmp_path


def test_rows_say_what_the_files_are(folder):
    facts = measure(read_folder(folder))
    rows = {e.path: row for e, row in zip(facts.manifest, facts.table, strict=True)}
    jpeg, png = rows["Real/a.jpg"], rows["Real/b.png"]
    assert (jpeg["format"], jpeg["width"], jpeg["height"], jpeg["quality"]) == ("JPEG", 80, 80, 83)
    assert (png["format"], png["width"], png["quality"]) == ("PNG", 50, 0)
    data = (folder / "Real" / "a.jpg").read_bytes()
    assert jpeg["digest"] == hashlib.sha256(data).digest()[:16].rstrip(b"\0")
    assert jpeg["bytes"] == len(data)
    assert jpeg["readable"] and png["readable"]


def test_what_cannot_be_read_is_told_without_the_machines_paths(folder):
    facts = measure(read_folder(folder))
    told = {facts.manifest.entries[row].path for row in facts.problems}
    assert told == {"Fake/half.jpg", "Fake/text.jpg", "Fake/empty.jpg"}
    assert not any(str(folder) in why for why in facts.problems.values())
    assert facts.table["readable"].sum() == 2


@pytest.mark.parametrize(
    ("limits", "says"), [(Limits(max_pixels=3000), "pixels"), (Limits(max_bytes=100), "bytes")]
)
def test_limits_hold_before_decoding(folder, limits, says):
    facts = measure(read_folder(folder / "Real" / ".."), limits=limits)
    row = next(i for i, e in enumerate(facts.manifest) if e.path == "Real/a.jpg")
    assert says in facts.problems[row]


def test_processes_give_the_same_table(folder):
    manifest, told = read_folder(folder), []
    alone = measure(manifest, progress=told.append)
    together = measure(manifest, workers=2)
    assert sum(told) == len(manifest)
    assert np.array_equal(alone.table, together.table)
    assert alone.problems == together.problems
