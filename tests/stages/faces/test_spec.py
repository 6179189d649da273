"""finder.json survives the round trip, and damage to it is told."""

from __future__ import annotations

import json

import pytest

from unmask.errors import DetectorDamaged
from unmask.stages.faces.spec import FILE, read_spec, write_spec


def test_round_trip(red_finder, tmp_path):
    spec = read_spec(red_finder)
    (tmp_path / "copy").mkdir()
    write_spec(tmp_path / "copy", spec)
    assert read_spec(tmp_path / "copy") == spec


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"colour": "red"},
        {"threshold": 1.5},
        {"suspicion": 0.9},
        {"near_threshold": 0.7},
        {"size": 0},
        {"trained_on": None},
    ],
)
def test_odd_descriptions_are_refused(red_finder, change):
    path = red_finder / FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DetectorDamaged, match="does not describe"):
        read_spec(red_finder)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 1}'])
def test_nonsense_is_refused(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(DetectorDamaged, match="does not describe"):
        read_spec(tmp_path)
