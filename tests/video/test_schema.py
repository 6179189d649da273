"""The JSON form keeps to its published schema, which knows every field and shares its words with the picture's."""

from __future__ import annotations

import copy
import json
from dataclasses import fields

import jsonschema
import pytest
from tests.video import fakes
from tests.video.clips import write

from unmask.reports.schema import schema as picture_schema
from unmask.video import SamplePlan, VideoAnalysis, analyze_video
from unmask.video.clip import Moment, Sighting, Telling, Temporal, TrackResult
from unmask.video.report.data import schema, to_json


def _validate(data):
    jsonschema.Draft202012Validator(schema()).validate(data)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")

    def two(number):
        return [fakes.person(10, 50), fakes.person(120, 60, seed=number)]

    return {
        "two": write(folder / "two.mp4", two, cuts=(20,)),
        "nobody": write(folder / "nobody.mp4", lambda _: []),
    }


@pytest.mark.parametrize("name", ["two", "nobody"])
@pytest.mark.parametrize("plan", [SamplePlan(), SamplePlan(keys_only=True)])
def test_what_is_written_is_valid(clips, look, name, plan):
    found = to_json(analyze_video(clips[name], look, plan))
    _validate(json.loads(json.dumps(found)))
    _validate({"name": "a.mp4", **found})


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(schema())


def test_words_shared_with_pictures_mean_the_same():
    own, other = schema()["$defs"], picture_schema()["$defs"]
    shared = set(own) & set(other)
    assert {"verdict", "detector", "stability", "face"} <= shared
    assert {name: own[name] for name in shared} == {name: other[name] for name in shared}
    assert own["telling"]["enum"] == [str(word) for word in Telling]


@pytest.mark.parametrize(
    ("noun", "name", "more", "less"),
    [
        (VideoAnalysis, "", {"name", "video_schema_version"}, set()),
        (TrackResult, "track", {"first", "last"}, {"smoothed"}),
        (Sighting, "sighting", {"smoothed_probability"}, set()),
        (Temporal, "temporal", set(), set()),
        (Moment, "moment", set(), {"pixels"}),
    ],
)
def test_the_schema_knows_every_field(noun, name, more, less):
    described = schema()["$defs"][name] if name else schema()
    assert set(described["properties"]) == {f.name for f in fields(noun)} - less | more


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("verdict", "fake_probability"), 1.0),
        (("tracks", 0, "sightings"), []),
        (("tracks", 0, "sightings", 0, "time"), -1),
        (("tracks", 0, "moments", 0, "why"), "because"),
        (("source", "sha256"), ""),
        (("mood",), "good"),
    ],
)
def test_what_cannot_be_is_not_valid(clips, look, place, value):
    data = copy.deepcopy(to_json(analyze_video(clips["two"], look, SamplePlan(keys_only=True))))
    _validate(data)
    inner = data
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        _validate(data)
