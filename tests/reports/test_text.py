"""The terminal's answer: complete, coloured only by the caller, deaf to escape sequences."""

from __future__ import annotations

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
        "proves nothing",
    ]
    assert all(words in shown for words in expected)


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
