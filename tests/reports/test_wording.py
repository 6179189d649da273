"""Plain words: one for each case, honest at the ends."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import sample_analyses

from unmask.reports import wording
from unmask.types import Label, Rate, Reason, Verdict


@given(st.floats(1e-9, 1 - 1e-9))
def test_never_nought_and_never_a_hundred(probability):
    words = wording.percent(probability)
    number = int(re.search(r"\d+", words).group())
    assert 0 < number < 100
    assert abs(number / 100 - probability) <= 0.01 + 1e-9


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.9999, "more than 99 %"),
        (0.99, "99 %"),
        (0.5, "50 %"),
        (0.01, "1 %"),
        (0.004, "less than 1 %"),
    ],
)
def test_percent(probability, words):
    assert wording.percent(probability) == words


@pytest.mark.parametrize("label", Label)
def test_every_label_has_words(label):
    assert wording.heading(label) and wording.MEANINGS[label]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words(reason):
    assert wording.reason(Verdict(Label.INCONCLUSIVE, None, reason)).endswith(".")


def test_confidence_points_the_way_of_the_answer():
    assert wording.confidence(Verdict(Label.REAL, 0.08, Reason.CLEAR)).endswith("real: 92 %")
    assert wording.confidence(Verdict(Label.FAKE, 0.92, Reason.CLEAR)).endswith("fake: 92 %")
    assert "Nothing" in wording.confidence(Verdict(Label.INCONCLUSIVE, None, Reason.NO_FACE))


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (Rate(0.009, 0.0041, 0.0171, 1000), "9 of 1,000 (0.9 %; 95 % interval 0.4 % to 1.7 %)"),
        (Rate(0.0, 0.0, 0.0037, 1000), "none of 1,000 (95 % interval: up to 0.4 %)"),
        (Rate(0.0, 0.0, 1.0, 0), "not measured"),
        (Rate(0.214, 0.189, 0.241, 1200), "257 of 1,200 (21 %; 95 % interval 19 % to 24 %)"),
    ],
)
def test_rate(rate, words):
    assert wording.rate(rate) == words


def test_faithfulness_says_when_not_to_believe_it():
    fake, doubtful = sample_analyses.fake(), sample_analyses.inconclusive()
    assert "holds" in wording.faithfulness(fake.faces[0].explanation)
    assert "Do not rely" in wording.faithfulness(doubtful.faces[0].explanation)
    assert wording.faithfulness(None) == "No heat map was made."


def test_stability_says_when_it_was_not_tested():
    assert "Held" in wording.stability(sample_analyses.fake().faces[0].stability)
    assert "not hold" in wording.stability(sample_analyses.inconclusive().faces[0].stability)
    assert "Not tested" in wording.stability(None)


def test_a_whole_picture_is_as_good_as_its_faces():
    one, two = sample_analyses.fake().faces, sample_analyses.inconclusive().faces
    assert wording.stability_of(one) == wording.stability(one[0].stability)
    assert wording.stability_of((*one, *one)) == "Tested on 2 of 2 faces, held on 2."
    assert "Not tested" in wording.stability_of(())
    assert wording.faithfulness_of(one) == wording.faithfulness(one[0].explanation)
    assert "maps hold" in wording.faithfulness_of((*one, *one))
    assert "face 2;" in wording.faithfulness_of((*one, *two))
    assert wording.faithfulness_of(()) == "No heat map was made."


def test_errors_only_where_something_was_judged():
    assert [name for name, _ in wording.errors(sample_analyses.fake())] == [
        "Real faces called fake at this threshold",
        "Fakes called authentic at this threshold",
    ]
    assert wording.errors(sample_analyses.no_face()) == ()
    several = [name for name, _ in wording.errors(sample_analyses.inconclusive())]
    assert several[::2] == [f"Real faces called fake by {n} alone" for n in ("sample", "second")]


@pytest.mark.parametrize(
    ("count", "words"), [(999, "999 bytes"), (84213, "84 kB"), (2_400_000, "2.4 MB")]
)
def test_size(count, words):
    assert wording.size(count) == words


def test_budget():
    assert wording.budget(0.001) == "1 in 1,000 real faces"
