"""Every plot is drawn, shows something, names its numbers, and asks for matplotlib when it is not there."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from PIL import Image

from unmask.errors import MissingExtra
from unmask.evaluation.plots import contact_sheet, theme, verdicts
from unmask.evaluation.plots.gallery import draw_all
from unmask.evaluation.scoring import to_sample

pytest.importorskip("matplotlib", reason="drawing is an extra")


@pytest.fixture(scope="module")
def drawn(measurement, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plots")
    return draw_all(measurement.result, measurement.scored, measurement.pictures, folder)


def test_every_plot_of_the_issue_is_there(drawn):
    assert {path.stem for path in drawn} >= {
        "roc", "precision_recall", "confusion", "reliability", "scores", "coverage",
        "mistakes", "sets", "slices", "generators", "robustness", "shortcuts",
    }  # fmt: skip


def test_plots_are_pictures_with_something_on_them(drawn):
    for path in drawn:
        pixels = np.asarray(Image.open(path).convert("L"))
        assert min(pixels.shape) > 200 and 0.005 < (pixels < 200).mean() < 0.9, path.stem


def test_the_same_evaluation_gives_the_same_files(drawn, measurement, tmp_path):
    again = verdicts.confusion(measurement.result, tmp_path / "confusion.png")
    (first,) = [path for path in drawn if path.stem == "confusion"]
    assert again.read_bytes() == first.read_bytes()


def test_the_contact_sheet_shows_the_surest_mistakes_first(measurement):
    for fake in (False, True):
        worst = contact_sheet.worst(measurement.scored, fake)
        sure = [abs(s.answer.probability - 0.5) for s in worst]
        assert worst and sure == sorted(sure, reverse=True)
        assert all(s.fake is fake and (s.answer.probability >= 0.5) is not fake for s in worst)


def test_error_against_coverage_ends_at_the_plain_error(measurement):
    sample = to_sample(measurement.scored)
    line = verdicts.error_by_coverage(sample)[0]
    wrong = (sample.probability >= 0.5) != sample.fake
    assert line[-1] == pytest.approx(wrong.mean())


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtra, match=r"unmask\[evaluate\]"):
        theme.canvas(1, 1)
