"""Every colour is legible on what it stands on, by the rules of WCAG AA."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from unmask.reports.palette import (
    DARK,
    DARK_PAGE,
    LIGHT,
    LIGHT_PAGE,
    MARKS,
    contrast,
    rgb,
    variables,
)
from unmask.types import Label

PAGES = {"light": (LIGHT, LIGHT_PAGE), "dark": (DARK, DARK_PAGE)}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("label", Label)
def test_legible(page, label):
    tones, ground = PAGES[page]
    tone = tones[label]
    for ink in (tone.ink, ground.text):
        assert contrast(ink, tone.wash) >= 4.5 and contrast(ink, ground.ground) >= 4.5
    assert min(contrast(ground.quiet, g) for g in (ground.ground, ground.sheet)) >= 4.5
    assert contrast("#ffffff", tone.solid) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_the_sheets_use_only_colours_that_have_a_name(dark):
    named = set(re.findall(r"(--um-[a-z-]+):", variables(dark)))
    sheets = "".join(
        files("unmask.reports").joinpath(name).read_text(encoding="utf-8")
        for name in ("report.css", "pieces.css")
    )
    used = set(re.findall(r"var\((--um-[a-z-]+)\)", sheets)) - {"--um-ink"}
    assert used - {"--um-wash"} <= named


def test_contrast_against_known_values():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_each_answer_has_its_own_mark():
    assert len(set(MARKS.values())) == len(Label)


def test_rgb():
    assert rgb("#b3202c") == (179, 32, 44)
