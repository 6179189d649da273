"""Parts hold each picture once, fakes without company borrow real ones, ranges say what they hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unmask.evaluation.slices import by_generator, by_set, by_traits


def test_sets_share_out_all_pictures(measurement):
    parts = by_set(measurement.scored)
    assert [part.name for part in parts] == ["makers", "mixed", "people"]
    assert sum(len(part.pictures) for part in parts) == len(measurement.scored)


def test_only_fakes_borrow_the_real_pictures_of_all_sets(measurement):
    borrowed = {part.name: part.borrowed for part in by_set(measurement.scored)}
    reals = [s for s in measurement.scored if not s.fake]
    assert list(borrowed["makers"]) == reals
    assert borrowed["mixed"] == borrowed["people"] == ()


def test_a_generator_is_ranked_against_its_own_sets_real_pictures_first(measurement):
    (part,) = by_generator(measurement.scored)
    assert part.name == "maker" and all(s.fake for s in part.pictures)
    assert {s.entry.set for s in part.borrowed} == {"mixed", "people"}
    renamed = [
        replace(s, entry=replace(s.entry, generator="swap" if s.fake else ""))
        for s in measurement.scored
        if s.entry.set == "mixed"
    ]
    (own,) = by_generator([*renamed, *(s for s in measurement.scored if s.entry.set == "people")])
    assert {s.entry.set for s in own.borrowed} == {"mixed"}


@pytest.mark.parametrize("kind", ["face size", "blur", "brightness", "JPEG quality"])
def test_each_axis_shares_out_the_pictures(measurement, kind, monkeypatch):
    monkeypatch.setattr("unmask.evaluation.slices.SMALLEST", 0)
    parts = [part for part in by_traits(measurement.scored) if part.kind == kind]
    assert sum(len(part.pictures) for part in parts) == len(measurement.scored)
    assert len({part.name for part in parts}) == len(parts)


def test_ranges_hold_what_their_names_say(measurement):
    changed = [
        replace(s, traits=replace(s.traits, face_pixels=64.0 + (i % 2) * 31.9))
        for i, s in enumerate(measurement.scored)
    ]
    parts = [part for part in by_traits(changed) if part.kind == "face size"]
    assert [(p.name, len(p.pictures)) for p in parts] == [("64 to 96 px", len(changed))]
