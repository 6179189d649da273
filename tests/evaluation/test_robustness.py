"""Robustness compares each picture with itself: what turned, what was taken back, what ranking lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sklearn import metrics as reference

from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Split
from unmask.evaluation.damages import DELIVERY, Damage
from unmask.evaluation.robustness import Bench, condition, robustness, shift, subset
from unmask.types import Label

FIRM = (Label.REAL, Label.FAKE)


def _said(scored, labels, shift_by=0.0):
    return [
        replace(
            s, answer=replace(s.answer, label=label, probability=s.answer.probability + shift_by)
        )
        for s, label in zip(scored, labels, strict=True)
    ]


def test_turned_and_taken_back_are_counted_among_the_firm(measurement):
    scored = measurement.scored[:10]
    before = _said(scored, [Label.FAKE] * 4 + [Label.REAL] * 4 + [Label.INCONCLUSIVE] * 2)
    after = _said(
        scored,
        [Label.REAL]
        + [Label.FAKE] * 3
        + [Label.INCONCLUSIVE] * 2
        + [Label.REAL] * 2
        + [Label.FAKE] * 2,
    )
    figures = shift("all", before, after, 50).figures
    assert figures["flipped"].value == pytest.approx(1 / 8)
    assert figures["taken_back"].value == pytest.approx(2 / 8)


def test_nothing_turned_of_few_is_not_never(measurement):
    before = _said(measurement.scored[:8], [Label.FAKE] * 8)
    flipped = shift("all", before, before, 50).figures["flipped"]
    assert flipped.value == flipped.low == 0.0 and flipped.high > 0.3


def test_the_drop_is_the_difference_of_both_aucs(measurement, subject):
    bench = Bench(subject.analyzer, measurement.pictures, resamples=50)
    blue = Damage("colour", "all blue", lambda p, _: p[..., ::-1].copy())
    found = condition(bench, measurement.scored, blue)
    truth = [s.fake for s in measurement.scored]
    was = reference.roc_auc_score(truth, [s.answer.probability for s in measurement.scored])
    figures = found.whole.figures
    assert figures["auc_before"].value == pytest.approx(was)
    assert figures["auc_after"].value == pytest.approx(1 - was, abs=0.01)
    assert figures["auc_drop"].value == pytest.approx(
        figures["auc_before"].value - figures["auc_after"].value
    )
    assert figures["flipped"].value > 0.5


def test_no_damage_changes_nothing(measurement, subject):
    bench = Bench(subject.analyzer, measurement.pictures, resamples=50)
    found = condition(bench, measurement.scored, Damage("none", "as it is", lambda p, _: p))
    for part in (found.whole, *found.sets):
        assert part.lost_faces == 0
        assert part.figures["flipped"].value == part.figures["taken_back"].value == 0.0
        drop = part.figures.get("auc_drop")
        assert drop is None or (drop.low, drop.value, drop.high) == (0.0, 0.0, 0.0)


def test_delivery_is_measured_on_all_pictures_and_the_grid_on_some(measurement):
    found = measurement.result.robustness
    assert (found.delivery.family, found.delivery.name) == (DELIVERY.family, DELIVERY.name)
    assert found.delivery.whole.pictures == len(measurement.scored)
    assert {c.whole.pictures for c in found.grid} == {4 * 5}
    assert [s.name for s in found.delivery.sets] == ["makers", "mixed", "people"]


def test_pictures_without_a_face_have_nothing_to_lose(measurement, subject):
    faceless = [
        replace(s, answer=replace(s.answer, box=None)) if i % 2 else s
        for i, s in enumerate(measurement.scored)
    ]
    bench = Bench(subject.analyzer, measurement.pictures, resamples=50)
    found = robustness(bench, faceless, ())
    assert found.delivery.whole.pictures == sum(s.answer.box is not None for s in faceless)


def test_the_subset_is_fair_and_always_the_same(data):
    entries = read_folder(data).of(Split.TEST).entries
    some = subset(entries, 5)
    assert len(some) == 20 and set(some) <= set(entries)
    assert set(subset(reversed(entries), 5)) == set(some)
