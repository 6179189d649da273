"""The report and the headline show what was measured and nothing else; tables survive odd names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unmask.evaluation.headline import headline
from unmask.evaluation.intervals import Figure
from unmask.evaluation.measuring import write
from unmask.evaluation.mistakes import mistaken, patterns
from unmask.evaluation.report import report
from unmask.evaluation.sections import headlines
from unmask.evaluation.tables import cell, table


def test_one_row_for_each_set_and_the_pool(measurement):
    rows = {row.name: row for row in headline(measurement.result)}
    assert list(rows) == ["makers", "mixed", "people", "all sets"]
    assert rows["makers"].against == "all sets" and rows["mixed"].against == "its own"
    assert rows["people"].against == "" and "roc_auc" not in rows["people"].figures
    assert "accuracy" not in rows["makers"].figures and "accuracy" in rows["mixed"].figures
    assert {"false_alarms", "coverage", "flipped"} <= set(rows["people"].figures)
    delivery = measurement.result.robustness.delivery
    assert rows["mixed"].figures["auc_drop"] == delivery.sets[1].figures["auc_drop"]


def test_without_robustness_its_columns_are_absent(measurement):
    assert "verdicts turned" in headlines(measurement.result)
    assert "verdicts turned" not in headlines(replace(measurement.result, robustness=None))


def test_the_report_names_detector_data_and_every_part(measurement):
    text = report(measurement.result, ["plots/roc.png"])
    measured = measurement.result.measured
    for needed in (measured.sha256, measured.data_fingerprint, "## Slices", "## Damaged pictures",
                   "shortcuts", "![roc](plots/roc.png)", "framing: 1.3 x the face"):  # fmt: skip
        assert needed in text
    auc = measurement.result.pool.figures["roc_auc"]
    assert f"{auc.value:.3f} ({auc.low:.3f} to {auc.high:.3f})" in text


def test_figures_are_written_with_their_intervals():
    figures = {"roc_auc": Figure(0.98765, 0.98, 0.99), "coverage": Figure(0.5, 0.4, 0.6)}
    assert cell("roc_auc", figures) == "0.988 (0.980 to 0.990)"
    assert cell("coverage", figures) == "50.0 % (40.0 to 60.0)"
    assert cell("recall", figures) == "–"


def test_odd_names_do_not_break_tables():
    text = table(["a", "b"], [["x|y\nz", "1"]])
    assert text.splitlines()[-1] == "| x\\|y z | 1 |"
    assert len(text.splitlines()) == 3


def test_patterns_point_to_where_mistakes_pile_up(measurement):
    """All pictures of one set answered wrongly: that set must come first."""
    wrong = [
        replace(
            s,
            answer=replace(
                s.answer, probability=0.9 if s.entry.set == "people" else 0.1 if not s.fake else 0.8
            ),
        )
        for s in measurement.scored
    ]
    found = patterns(wrong)
    assert (found[0].kind, found[0].name, found[0].fake) == ("set", "people", False)
    assert found[0].share_of_mistakes == 1.0 and found[0].share_of_all == pytest.approx(0.5)
    assert found[0].count == sum(mistaken(s) for s in wrong)


def test_writing_without_plots_needs_no_matplotlib(measurement, tmp_path):
    path = write(tmp_path, measurement, plots=False)
    assert path.read_text(encoding="utf-8") == report(measurement.result)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "README.md",
        "evaluation.json",
        "scores.csv",
    ]
