"""One picture over HTTP: in any wrapping, with any option, as JSON, heat map, page or document."""

from __future__ import annotations

import hashlib
import io

import jsonschema
import pytest
from PIL import Image
from tests.conftest import encode, picture

from unmask import Analyzer
from unmask.reports.schema import schema, to_json

RED = encode(picture((250, 60, 60)))
BLUE = encode(picture((60, 60, 250)))


def test_the_answer_is_the_published_form(client):
    answer = client.post("/v1/analyze", content=RED)
    assert answer.status_code == 200
    jsonschema.validate(answer.json(), schema())
    assert answer.json()["verdict"]["label"] == "fake"


def test_the_answer_is_the_analyzers_own(client, tiny_detector, portrait):
    alone = Analyzer(tiny_detector, faces=False).analyze(portrait)
    assert client.post("/v1/analyze", content=portrait).json() == to_json(alone)


@pytest.mark.parametrize(
    "wrapping",
    [
        {"content": RED, "headers": {"content-type": "image/png"}},
        {"content": RED, "headers": {"content-type": "application/octet-stream"}},
        {"content": RED, "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"content": iter([RED[:10], RED[10:]])},
        {"files": {"file": ("a.png", RED, "image/png")}},
        {"files": {"whatever": ("../../a", RED)}},
    ],
    ids=["image", "bytes", "curl", "chunked", "form", "odd form"],
)
def test_any_wrapping(client, wrapping):
    answer = client.post("/v1/analyze", **wrapping)
    assert answer.status_code == 200, answer.text
    assert answer.json()["source"]["sha256"] == hashlib.sha256(RED).hexdigest()


@pytest.mark.parametrize(
    ("wrapping", "status", "code"),
    [
        ({"content": b""}, 400, "bad_request"),
        ({"content": b"hello"}, 415, "unsupported_format"),
        ({"content": RED[:100]}, 422, "corrupt_image"),
        ({"content": RED, "headers": {"content-type": "text/html"}}, 415, "unsupported_format"),
        ({"content": RED, "headers": {"content-encoding": "gzip"}}, 415, "unsupported_format"),
        ({"json": {"url": "https://example.org/"}}, 403, "fetch_off"),
        ({"json": {"address": "x"}}, 422, "invalid_request"),
        ({"json": ["x"]}, 422, "invalid_request"),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400, "bad_request"),
        (
            {"content": b"[" * 100_000, "headers": {"content-type": "application/json"}},
            400,
            "bad_request",
        ),
        ({"files": [("a", ("a", RED)), ("b", ("b", RED))]}, 422, "invalid_request"),
        ({"files": {"a": (None, "text")}}, 422, "invalid_request"),
        ({"content": RED, "params": {"detector": "nobody"}}, 422, "unknown_detector"),
        ({"content": RED, "params": {"false_alarm_rate": "0.02"}}, 422, "invalid_request"),
        ({"content": RED, "params": {"explian": "true"}}, 422, "invalid_request"),
    ],
)
def test_refusals_are_problem_documents_with_stable_codes(client, wrapping, status, code):
    answer = client.post("/v1/analyze", **wrapping)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:unmask:problem:{code}"
    assert problem["title"] and problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]


def test_a_picture_bomb_is_refused_from_its_header(client):
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    answer = client.post("/v1/analyze", content=bomb.getvalue())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_options_reach_the_analyzer(client):
    plain = client.post("/v1/analyze", content=RED).json()
    assert plain["faces"][0]["explanation"] and plain["faces"][0]["stability"]
    options = {"explain": "false", "stability": "false", "false_alarm_rate": "0.001"}
    quick = client.post("/v1/analyze", content=RED, params=options).json()
    assert quick["faces"][0]["explanation"] is None
    assert quick["faces"][0]["stability"] is None
    assert quick["detectors"][0]["policy"]["false_alarm_budget"] == 0.001


def test_a_detector_asked_for_twice_counts_once(client):
    answer = client.post("/v1/analyze?detector=tiny&detector=tiny", content=RED)
    assert len(answer.json()["detectors"]) == 1


def test_an_earlier_answer(client):
    sha256 = hashlib.sha256(BLUE).hexdigest()
    assert client.get(f"/v1/analyze/{sha256}").json()["code"] == "not_found"
    first = client.post("/v1/analyze", content=BLUE)
    again = client.get(f"/v1/analyze/{sha256}")
    assert again.status_code == 200
    assert again.content == first.content
    other = client.get(f"/v1/analyze/{sha256}", params={"explain": "false"})
    assert other.status_code == 404
    assert client.get("/v1/analyze/XYZ").status_code == 422


def test_the_heat_map_is_a_png_of_the_picture(client):
    answer = client.post("/v1/explain", content=RED)
    assert answer.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("PNG", (64, 64))


def test_the_report_as_a_page_that_can_do_nothing(client):
    answer = client.post("/v1/report", content=RED, params={"name": "<b>portrait"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "&lt;b&gt;portrait" in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]


def test_the_report_as_a_document(client):
    answer = client.post("/v1/report", content=RED, params={"format": "pdf"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_callers_do_not_see_each_others_answers(odd):
    server = odd(keys_required=True)
    mine, yours = ({"X-API-Key": server.service.keys.add(name)} for name in ("mine", "yours"))
    server.post("/v1/analyze", content=b"picture", headers=mine)
    sha256 = hashlib.sha256(b"picture").hexdigest()
    assert server.get(f"/v1/analyze/{sha256}", headers=mine).status_code == 200
    assert server.get(f"/v1/analyze/{sha256}", headers=yours).status_code == 404
