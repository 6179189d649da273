"""The model card holds what a reader must know, only about this very detector, and admits what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conftest import ROOT

from unmask.dataset.layouts import read_folder
from unmask.errors import ConfigError
from unmask.evaluation.card import Background, Source, model_card, read_sources
from unmask.evaluation.cross import matrix


@pytest.fixture(scope="module")
def background(data, measurement) -> Background:
    left_out = matrix({"all but makers": measurement.scored}, {"all but makers": ("mixed",)}, 50)
    return Background(
        sources={"mixed": Source("squares | of colour", "public domain")},
        pictures=read_folder(data),
        recipe="name: tiny\nseed: 7",
        left_out=left_out,
        notes="Green faces confuse it, since it looks at red and blue alone.",
    )


def test_the_card_has_every_part(subject, measurement, background):
    text = model_card(subject.spec, measurement.result, background)
    for part in ("Intended use", "Misuse", "How good it is", "Slices", "Makers and methods",
                 "Damaged pictures", "Makers it never saw", "Could shortcuts do it?",
                 "Known failures, and why", "Data", "Training", "Exactly which detector"):  # fmt: skip
        assert f"\n## {part}\n" in text
    for told in (subject.spec.sha256, subject.spec.summary, subject.spec.cannot_judge[0], "seed: 7",
                 "Green faces", "squares \\| of colour", "public domain", "all but makers"):  # fmt: skip
        assert told in text


def test_sizes_of_sets_are_counted(subject, measurement, background):
    text = model_card(subject.spec, measurement.result, background)
    assert "| mixed | no | 14 + 14 | – | 14 + 14 |" in text
    assert "| makers | no | 0 + 14 | – | 0 + 14 | – | – |" in text


def test_what_is_not_known_is_said(subject, measurement):
    plain = replace(measurement.result, robustness=None, shortcuts=None)
    text = model_card(subject.spec, plain)
    assert "No training run is named." in text
    assert "Damaged pictures" not in text and "Makers it never saw" not in text


def test_figures_of_other_weights_are_refused(subject, measurement):
    other = replace(subject.spec, sha256="0" * 64)
    with pytest.raises(ConfigError, match="other weights"):
        model_card(other, measurement.result)


def test_sets_from_elsewhere_have_a_table_of_their_own(subject, measurement, background):
    abroad = tuple(
        replace(section, name=f"abroad {section.name}") for section in measurement.result.sets
    )
    elsewhere = replace(measurement.result, sets=abroad)
    text = model_card(subject.spec, measurement.result, replace(background, elsewhere=elsewhere))
    own, other = text.split("## On pictures from elsewhere")
    assert "| abroad mixed | 14 | 14 |" in other.split("## ")[0]
    assert "abroad" not in own
    assert "| abroad mixed | no |" in other.split("## Data")[1]


def test_sets_from_elsewhere_measured_with_other_weights_are_refused(subject, measurement):
    result = measurement.result
    other = replace(result, measured=replace(result.measured, sha256="0" * 64))
    with pytest.raises(ConfigError, match="other weights"):
        model_card(subject.spec, result, Background(elsewhere=other))


def test_figures_at_other_thresholds_are_refused(subject, measurement):
    result = measurement.result
    moved = replace(result, measured=replace(result.measured, fake_above=0.5001))
    with pytest.raises(ConfigError, match="other thresholds"):
        model_card(subject.spec, moved)


def test_the_projects_sources_can_be_read():
    sources = read_sources(ROOT / "configs" / "sources.json")
    assert len(sources) >= 14 and all(s.what and s.terms for s in sources.values())


@pytest.mark.parametrize("text", ["[]", "{", '{"a": {"what": "x"}}', '{"a": 3}'])
def test_odd_sources_are_refused(tmp_path, text):
    (tmp_path / "sources.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="does not describe data sets"):
        read_sources(tmp_path / "sources.json")
