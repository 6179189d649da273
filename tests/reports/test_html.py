"""The HTML report: whole, alone, and closed to whatever names and notes contain."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import sample_analyses

from unmask.reports import html, wording
from unmask.reports.about import About
from unmask.reports.markup import Markup, join, tag

WHEN = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "p", "i"),
    *("section", "div", "svg", "path", "figure", "figcaption", "img", "dl", "dt", "dd", "code"),
    *("span", "table", "caption", "thead", "tbody", "tr", "th", "td", "ul", "li", "footer"),
}


class Reader(HTMLParser):
    """Collects elements, text and addresses; checks that every element is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.elements, self.addresses, self.text = [], set(), [], []

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.addresses += [v for k, v in attrs if k in ("src", "href", "srcset", "action")]
        assert not [k for k, _ in attrs if k.startswith("on")]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def _read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def _render(name="portrait.jpg", **changes) -> str:
    analysis = replace(sample_analyses.fake(), **changes)
    return html.render(analysis, sample_analyses.picture(), About(name, WHEN, "unmask 0.1.0"))


@pytest.mark.parametrize("name", sorted(sample_analyses.ALL))
def test_tells_everything(name):
    analysis = sample_analyses.ALL[name]()
    page = html.render(analysis, sample_analyses.picture(), About("a.jpg", WHEN))
    text = " ".join(_read(page).text)
    expected = [wording.heading(analysis.verdict.label), analysis.source.sha256, *wording.LIMITS]
    for ref in analysis.detectors:
        policy = ref.policy
        expected += [f"{ref.name} {ref.version}", ref.sha256, ref.calibration.fitted_on]
        expected += [wording.rate(policy.false_alarm_rate), wording.rate(policy.miss_rate)]
        expected += [wording.thresholds(ref)]
    assert [words for words in expected if words not in text] == []
    assert page.count("data:image/jpeg") == 1 + sum(
        1 + (face.explanation is not None) for face in analysis.faces
    )


def test_needs_nothing_else():
    page = _render()
    reader = _read(page)
    assert reader.elements <= KNOWN and "script" not in reader.elements
    assert all(address.startswith("data:image/jpeg;base64,") for address in reader.addresses)
    outside = page.replace(quote("http://www.w3.org/2000/svg"), "")  # a name, not an address
    assert not re.search(r"https?:|@import", outside)
    assert set(re.findall(r"url\(.(.{5})", page)) == {"data:"}


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_names_and_notes_stay_text(name, note):
    reader = _read(_render(name, notes=(note,)))
    assert reader.elements <= KNOWN


def test_an_attack_is_shown_not_run():
    attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    reader = _read(_render(attack, notes=(attack,)))
    assert attack in "".join(reader.text)


def test_time_only_where_told():
    page = html.render(sample_analyses.fake(), sample_analyses.picture(), About("a.jpg"))
    assert "Analysed" not in page
    assert "Analysed 2026-11-20 22:00 UTC" in _render()


def test_tag_escapes_all_but_its_own():
    inner = tag("b", "<")
    assert tag("p", inner, "&", class_='"x') == '<p class="&quot;x"><b>&lt;</b>&amp;</p>'
    assert isinstance(join("<", inner), Markup)
