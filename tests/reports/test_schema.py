"""The JSON form: valid by the published schema, complete, and readable again."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import jsonschema
import numpy as np
import pytest
from tests import sample_analyses

from unmask.errors import InputError
from unmask.reports import schema
from unmask.types import Analysis, Failure, Label, Outcome, Reason

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = sorted(sample_analyses.ALL)


@pytest.fixture(params=SAMPLES)
def analysis(request) -> Analysis:
    return sample_analyses.ALL[request.param]()


def _validate(data) -> None:
    jsonschema.Draft202012Validator(schema.schema()).validate(data)


def test_the_schema_is_itself_valid():
    jsonschema.Draft202012Validator.check_schema(schema.schema())


def test_every_analysis_is_valid(analysis):
    _validate(json.loads(json.dumps(schema.to_json(analysis))))


def test_round_trip(analysis):
    assert schema.from_json(json.loads(json.dumps(schema.to_json(analysis)))) == analysis


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name):
    """Written by `python -m tools.goldens`; a difference is a change of the published form."""
    golden = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert schema.to_json(sample_analyses.ALL[name]()) == golden


def test_no_array_reaches_the_json(analysis):
    text = json.dumps(schema.to_json(analysis))
    assert "heatmap" not in text and "activation_map" not in text


def _nouns(kind, seen):
    """Every dataclass that an analysis is made of."""
    if is_dataclass(kind) and kind not in seen:
        seen.add(kind)
        for hint in get_type_hints(kind).values():
            _nouns(hint, seen)
    for part in get_args(kind):
        _nouns(part, seen)
    return seen


def test_the_schema_knows_every_field_of_every_noun():
    """A field added to types.py and forgotten here would be lost without a word."""
    definitions = [schema.schema(), *schema.schema()["$defs"].values()]
    described = [
        set(d["properties"]) - {"schema_version"} for d in definitions if "properties" in d
    ]
    for noun in _nouns(Analysis, set()):
        hints = get_type_hints(noun)
        named = {f.name for f in fields(noun) if np.ndarray not in _kinds(hints[f.name])}
        assert named in described, noun.__name__


def _kinds(hint) -> set:
    return {hint, getattr(hint, "__origin__", None)}


@pytest.mark.parametrize(("kind", "name"), [(Label, "label"), (Reason, "reason")])
def test_the_schema_knows_every_word(kind, name):
    assert schema.schema()["$defs"][name]["enum"] == [str(word) for word in kind]


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_certainty_is_not_valid(probability):
    data = schema.to_json(sample_analyses.fake())
    data["verdict"]["fake_probability"] = probability
    with pytest.raises(jsonschema.ValidationError):
        _validate(data)


@pytest.mark.parametrize("broken", [{}, {"schema_version": 2}, {"schema_version": 1}, []])
def test_other_json_is_refused(broken):
    with pytest.raises(InputError):
        schema.from_json(broken)


def test_unknown_keys_are_refused():
    data = schema.to_json(sample_analyses.fake())
    data["faces"][0]["scores"][0]["colour"] = 3
    with pytest.raises(InputError, match="colour"):
        schema.from_json(data)


def test_outcomes():
    good = schema.outcome_to_json(Outcome("a.jpg", analysis=sample_analyses.real()))
    _validate(good["analysis"])
    bad = schema.outcome_to_json(
        Outcome("b.jpg", failure=Failure("corrupt_image", "It is cut off."))
    )
    assert bad == {
        "name": "b.jpg",
        "analysis": None,
        "failure": {"code": "corrupt_image", "message": "It is cut off."},
    }
