"""Every colour is legible on what it stands on, by the rules of WCAG AA."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from unmask.reports.palette import DARK, LIGHT, MARKS, contrast, rgb
from unmask.types import Label

PAGES = {"light": (LIGHT, "#ffffff", "#1b1f24"), "dark": (DARK, "#14171b", "#e8eaed")}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("label", Label)
def test_legible(page, label):
    tones, ground, text = PAGES[page]
    tone = tones[label]
    for ink in (tone.ink, text):
        assert contrast(ink, tone.wash) >= 4.5 and contrast(ink, ground) >= 4.5
    assert contrast("#ffffff", tone.solid) >= 4.5


@pytest.mark.parametrize("page", PAGES)
def test_the_sheet_uses_these_colours(page):
    sheet = files("unmask.reports").joinpath("report.css").read_text(encoding="utf-8")
    tones, ground, text = PAGES[page]
    wanted = {ground, text} | {c for t in tones.values() for c in (t.ink, t.wash)}
    assert wanted <= set(re.findall(r"#[0-9a-f]{6}", sheet))


def test_contrast_against_known_values():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_each_answer_has_its_own_mark():
    assert len(set(MARKS.values())) == len(Label)


def test_rgb():
    assert rgb("#b3202c") == (179, 32, 44)
