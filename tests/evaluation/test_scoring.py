"""Scoring asks the analyzer itself, keeps order, and puts bad files in their place."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from tests.conftest import FixedFinder

from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Entry, Manifest, Split
from unmask.errors import EmptyDataset
from unmask.evaluation.scoring import score, to_sample
from unmask.evaluation.subject import open_subject
from unmask.types import Label


def test_answers_are_the_analyzers_own(subject, data):
    pictures = read_folder(data).of(Split.TEST)
    for scored in score(subject.analyzer, pictures)[:10]:
        said = subject.analyzer.analyze_path(pictures.file(scored.entry))
        assert scored.answer.label is said.verdict.label
        assert scored.answer.logit == said.faces[0].scores[0].logit
        assert scored.answer.probability == said.faces[0].verdict.fake_probability


def test_order_and_answers_do_not_depend_on_workers(subject, data):
    pictures = read_folder(data).of(Split.TEST)
    one, four = (score(subject.analyzer, pictures, workers) for workers in (1, 4))
    assert [s.entry for s in one] == list(pictures)
    assert [(s.entry, s.answer) for s in one] == [(s.entry, s.answer) for s in four]


def test_a_broken_file_is_named_and_not_measured(subject, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff not a picture")
    entries = (Entry("broken.jpg", 1, Split.TEST, "set"), Entry("gone.jpg", 0, Split.TEST, "set"))
    broken, gone = score(subject.analyzer, Manifest(tmp_path, entries))
    assert broken.failure and "gone.jpg" in gone.failure
    assert math.isnan(broken.answer.probability) and broken.traits is None


def test_no_face_is_inconclusive_and_counted(tiny_detector, data):
    blind = open_subject(tiny_detector, faces=FixedFinder())
    scored = score(blind.analyzer, read_folder(data).of(Split.TEST).in_set("mixed"))
    assert {s.answer.label for s in scored} == {Label.INCONCLUSIVE}
    sample = to_sample(scored)
    assert len(sample) == len(scored) and len(sample.measured) == 0


def test_groups_of_different_sets_are_different(measurement):
    first, second = measurement.scored[:2]
    same = [
        replace(s, entry=replace(s.entry, group="clip 1", set=n))
        for s, n in ((first, "a"), (second, "b"))
    ]
    assert len(set(to_sample(same).groups)) == 2


def test_progress_counts_to_the_end(subject, data):
    seen = []
    pictures = read_folder(data).of(Split.TEST)
    score(subject.analyzer, pictures, 2, lambda done, total: seen.append((done, total)))
    assert seen == [(i + 1, len(pictures)) for i in range(len(pictures))]


def test_nothing_to_measure_is_said(subject, tmp_path):
    with pytest.raises(EmptyDataset, match="no pictures"):
        score(subject.analyzer, Manifest(tmp_path, ()))
