"""The terminal's answer: complete, coloured only by the caller, deaf to escape sequences."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests import sample_analyses

from unmask.reports import text, wording
from unmask.reports.text import Style


@pytest.mark.parametrize("name", sorted(sample_analyses.ALL))
def test_says_what_matters(name):
    analysis = sample_analyses.ALL[name]()
    shown = text.render(analysis, "a.jpg")
    expected = [
        wording.heading(analysis.verdict.label),
        wording.reason(analysis.verdict),
        analysis.source.sha256,
        wording.false_alarms(analysis.detectors[0]),
        wording.caution(analysis.verdict),
    ]
    assert all(words in shown for words in expected)


def test_a_single_face_does_not_repeat_the_answer_and_several_have_their_own():
    one = sample_analyses.real()
    assert text.render(one, "a.jpg").count("AUTHENTIC") == 1
    two = replace(one, faces=one.faces * 2)
    assert text.render(two, "a.jpg").count("AUTHENTIC") == 3


def test_what_a_detector_cannot_judge_is_a_list():
    assert list(text.cannot_judge("fast", ["cats", "do\x1bgs"])) == [
        "  fast cannot judge",
        "    cats",
        "    do\\x1bgs",
    ]
    assert not list(text.cannot_judge("fast", []))


def test_plain_by_default():
    assert "\x1b" not in text.render(sample_analyses.fake(), "a.jpg")


def test_the_caller_paints():
    shown = text.render(sample_analyses.fake(), "a.jpg", lambda t, style: f"<{style}>{t}</>")
    assert f"<{Style.BAD}>! LIKELY FAKE</>" in shown and f"<{Style.FAINT}>" in shown


def test_a_hostile_name_stays_text():
    shown = text.render(sample_analyses.fake(), "a\x1b[2J\nb.jpg")
    assert "\x1b" not in shown and "a\\x1b[2J\\x0ab.jpg" in shown


def test_one_line():
    shown = text.line(sample_analyses.no_face(), "a.jpg")
    assert "\n" not in shown and "INCONCLUSIVE" in shown and shown.endswith(" -  a.jpg")
