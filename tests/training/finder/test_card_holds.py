"""The figures on the shipped card, measured again on a fixed sample of every Test set."""

from __future__ import annotations

import re
from math import sqrt
from pathlib import Path

import pytest

from unmask.stages.faces.finder import OnnxFinder, shipped_finder
from unmask.training.finder.measure import false_boxes, find_rates
from unmask.training.finder.pictures import TEST, read_entries
from unmask.training.finder.trials import backgrounds

DATA = Path(__file__).parents[4] / "shared" / "data"
SAMPLE = 40

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the pictures are not here ({DATA}); they may not be passed on"
)


@pytest.fixture(scope="module")
def card() -> str:
    return (shipped_finder() / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def finder() -> OnnxFinder:
    return OnnxFinder.open(shipped_finder())


def test_every_set_is_found_as_often_as_the_card_says(card, finder):
    """A sample of n may differ from the whole by chance: three standard errors and one picture are allowed."""
    claimed = {
        name: float(rate)
        for name, rate in re.findall(r"\| ([a-z]\w*) \| [\d.]+ \| ([\d.]+) \| \d+ \|", card)
    }
    entries = [entry for entry in read_entries(DATA) if entry.split == TEST]
    sample = [e for s in claimed for e in [x for x in entries if x.source == s][::2][:SAMPLE]]
    for name, found in find_rates(finder, DATA, sample).items():
        share, rate = found.on_face, claimed.pop(name)
        chance = 3 * sqrt(rate * (1 - rate) / share.count) + 1 / share.count
        assert share.value >= rate - chance, name
    assert not claimed


def test_false_boxes_are_as_rare_as_the_card_says(card, finder):
    hits, count = re.search(r"\| Test backgrounds \| (\d+) \| (\d+) \|", card).groups()
    share = false_boxes(finder, backgrounds(DATA, TEST))
    assert share.count == int(count)
    assert share.hits <= int(hits) + 1, "one box may tip over the threshold on another processor"
