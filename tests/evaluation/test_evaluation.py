"""An evaluation is the metrics of its parts, told apart honestly: own pictures, borrowed ones, unread ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as reference

from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Split
from unmask.errors import ConfigError, EmptyDataset
from unmask.evaluation.evaluation import Settings, evaluation
from unmask.evaluation.measuring import Plan, chosen, measure
from unmask.types import Label


def _auc(pictures):
    return reference.roc_auc_score(
        [s.fake for s in pictures], [s.answer.probability for s in pictures]
    )


def test_only_test_pictures_are_measured(measurement):
    assert {s.entry.split for s in measurement.scored} == {Split.TEST}
    assert measurement.result.measured.split == "test"
    assert measurement.result.pool.real == measurement.result.pool.fake == 28


def test_each_set_is_ranked_as_scikit_learn_ranks_it(measurement):
    scored = measurement.scored
    sections = {s.name: s for s in measurement.result.sets}
    own = [s for s in scored if s.entry.set == "mixed"]
    against_all = [s for s in scored if s.entry.set == "makers" or not s.fake]
    assert sections["mixed"].figures["roc_auc"].value == pytest.approx(_auc(own))
    assert sections["makers"].figures["roc_auc"].value == pytest.approx(_auc(against_all))
    assert measurement.result.pool.figures["roc_auc"].value == pytest.approx(_auc(scored))
    assert sections["makers"].borrowed == 28 and "roc_auc" not in sections["people"].figures


def test_verdicts_of_a_set_are_its_own_alone(measurement):
    makers = next(s for s in measurement.result.sets if s.name == "makers")
    mine = [s for s in measurement.scored if s.entry.set == "makers"]
    firm = [s for s in mine if s.answer.label is not Label.INCONCLUSIVE]
    assert makers.figures["coverage"].value == pytest.approx(len(firm) / len(mine))
    assert "false_alarms" not in makers.figures


def test_the_confusion_matrix_counts_every_picture(measurement):
    result = measurement.result
    assert sum(result.confusion.real) == result.pool.real
    assert sum(result.confusion.fake) == result.pool.fake
    called = sum(s.answer.label is Label.FAKE and not s.fake for s in measurement.scored)
    assert result.confusion.real[2] == called


def test_the_classification_report_equals_scikit_learns(measurement):
    fake = [s.fake for s in measurement.scored]
    said = [s.answer.probability >= 0.5 for s in measurement.scored]
    told = reference.classification_report(fake, said, output_dict=True)
    names = {"real": "False", "fake": "True", "mean of classes": "macro avg"}
    for line in measurement.result.classes:
        want = told[names[line.name]]
        got = (line.precision, line.recall, line.f1, line.pictures)
        keys = ("precision", "recall", "f1-score", "support")
        assert got == pytest.approx([want[key] for key in keys])


def test_every_figure_lies_in_its_interval(measurement):
    for section in (measurement.result.pool, *measurement.result.sets):
        for key, figure in section.figures.items():
            assert figure.low <= figure.value + 1e-9 and figure.value <= figure.high + 1e-9, key


def test_unread_files_are_named_and_left_out(measurement):
    broken = replace(measurement.scored[0], failure="half a file")
    result = evaluation(
        measurement.result.measured, (broken, *measurement.scored[1:]), Settings(50)
    )
    assert result.unreadable == (broken.entry.path,)
    assert result.pool.real + result.pool.fake == len(measurement.scored) - 1
    with pytest.raises(EmptyDataset, match="half a file"):
        evaluation(measurement.result.measured, (broken,))


def test_sets_and_splits_are_chosen_by_name(data):
    whole = read_folder(data)
    assert chosen(whole, Split.TEST, ("people",)).sets() == ("people",)
    with pytest.raises(ConfigError, match="Did you mean 'people'"):
        chosen(whole, Split.TEST, ("peopel",))
    with pytest.raises(ConfigError, match="they hold: test, train"):
        chosen(whole, Split.VALIDATION, ())


def test_a_plain_plan_measures_no_extras(subject, data):
    plan = Plan(sets=("mixed",), settings=Settings(50))
    result = measure(subject, read_folder(data), plan).result
    assert result.robustness is None and result.shortcuts is None
    assert [s.name for s in result.sets] == ["mixed"]


def test_the_same_pictures_give_the_same_evaluation(subject, data, measurement):
    from unmask.evaluation.damages import SHORT

    plan = Plan(grid=SHORT, per_class=5, shortcuts=True, settings=Settings(60), workers=1)
    again = measure(subject, read_folder(data), plan).result
    same_time = replace(again, milliseconds=measurement.result.milliseconds)
    assert same_time == measurement.result
    assert np.isfinite(again.milliseconds)
