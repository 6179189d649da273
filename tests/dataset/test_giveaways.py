"""What gives a class away is told as often as it does, what does not is left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unmask.dataset.facts import RECORD, Facts
from unmask.dataset.giveaways import find_giveaways, guessed
from unmask.dataset.manifest import Entry, Manifest


def made(**columns) -> Facts:
    """200 readable files of one set, every second one fake."""
    entries = tuple(Entry(f"{i:03}.jpg", i % 2, set="s") for i in range(200))
    table = np.zeros(200, dtype=RECORD)
    table["readable"], table["format"], table["quality"] = True, "JPEG", 90
    table["width"] = table["height"] = 256
    table["digest"] = [bytes([i * 37 % 251, 1]) for i in range(200)]
    for name, values in columns.items():
        table[name] = values
    return Facts(Manifest(Path("x"), entries), table)


FAKE = np.arange(200) % 2 == 1


def told(facts: Facts) -> dict[str, tuple[float, bool]]:
    return {g.property: (g.accuracy, g.telling) for g in find_giveaways(facts) if g.set == "s"}


def test_classes_saved_alike_give_nothing_away():
    assert told(made()) == {
        "format": (0.5, False),
        "jpeg quality": (0.5, False),
        "size": (0.5, False),
    }


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"quality": np.where(FAKE, 75, 90)}, "jpeg quality"),
        ({"format": np.where(FAKE, "PNG", "JPEG")}, "format"),
        ({"width": np.where(FAKE, 512, 256)}, "size"),
    ],
)
def test_a_difference_between_classes_is_told(columns, name):
    assert told(made(**columns))[name] == (1.0, True)


def test_partly_different_classes_are_told_as_such():
    """Every second fake stands out: those are found, and all the others are a coin's toss to call."""
    quality = np.where(np.arange(200) % 4 == 1, 75, 90)
    accuracy, telling = told(made(quality=quality))["jpeg quality"]
    assert 0.7 < accuracy < 0.8
    assert telling


def test_values_that_never_come_again_teach_nothing():
    rng = np.random.default_rng(0)
    accuracy = guessed(rng.permutation(2000), np.arange(2000) % 2, rng.random(2000) < 0.5)
    assert accuracy == 0.5


def test_random_values_stay_below_the_bar():
    for seed in range(20):
        quality = np.random.default_rng(seed).integers(60, 100, 200)
        assert not told(made(quality=quality))["jpeg quality"][1]


def test_a_class_of_its_own_is_seen_over_all_sets_only():
    facts = made()
    entries = [Entry(e.path, e.label, set="fakes" if e.label else "reals") for e in facts.manifest]
    found = find_giveaways(Facts(facts.manifest.with_entries(entries), facts.table))
    assert {g.set for g in found} == {""}
    assert {g.property: g.accuracy for g in found}["set"] == 1.0
