"""The OpenAPI document: valid, complete, with examples; schemathesis finds no 5xx and no broken promise."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import hypothesis
import jsonschema
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from tests.apps.server.conftest import Live
from tests.conftest import encode, picture

from unmask.apps.server.problems import TABLE
from unmask.apps.server.service import Service
from unmask.apps.server.settings import Bounds, JobBounds, Patience, ServerSettings
from unmask.reports.schema import schema as published

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
IDS = Path(__file__).with_name("problem_codes.txt")


ROUTES = {
    ("POST", "/v1/analyze"),
    ("GET", "/v1/analyze/{sha256}"),
    ("POST", "/v1/explain"),
    ("POST", "/v1/report"),
    ("POST", "/v1/jobs"),
    ("GET", "/v1/jobs/{job}"),
    ("GET", "/v1/jobs/{job}/results"),
    ("POST", "/v1/jobs/{job}/cancel"),
    ("DELETE", "/v1/jobs/{job}"),
    ("GET", "/v1/detectors"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/version"),
    ("GET", "/metrics"),
}
FEW = hypothesis.settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    derandomize=True,
    database=None,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory, tiny_detector):
    """A real server with a real worker, on a port of its own."""
    settings = ServerSettings(
        state=tmp_path_factory.mktemp("server") / "state",
        detectors=(str(tiny_detector),),
        faces=False,
        workers=1,
        bounds=Bounds(per_minute=0),
        patience=Patience(start=120, analysis=120),
        jobs=JobBounds(unfinished=100_000),
    )
    with Live(Service(settings)) as found:
        yield found


@pytest.fixture(scope="module")
def client(server):
    with httpx2.Client(base_url=server.url, timeout=120) as found:
        yield found


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json()


@pytest.fixture(scope="module")
def described(server):
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


def operations(document):
    return [(p, m, o) for p, ms in document["paths"].items() for m, o in ms.items()]


def test_it_is_openapi_3_1_with_every_route_of_the_promise(document):
    assert document["openapi"].startswith("3.1")
    assert {(m.upper(), p) for p, m, _ in operations(document)} == ROUTES


def test_the_answer_is_described_by_the_published_schema(document, client):
    schemas = document["components"]["schemas"]
    answer = client.post("/v1/analyze", content=encode(picture())).json()
    whole = {"$ref": "#/components/schemas/Analysis", "components": {"schemas": schemas}}
    jsonschema.Draft202012Validator(whole).validate(answer)
    assert schemas["Analysis"]["required"] == published()["required"]
    assert "#/$defs/" not in json.dumps(document)


def test_every_reference_leads_somewhere(document):
    text = json.dumps(document)
    for part in text.split('"$ref": "')[1:]:
        name = part.partition('"')[0].removeprefix("#/components/schemas/")
        assert name in document["components"]["schemas"], name


def test_every_refusal_has_an_example_that_is_a_problem(document):
    problem = document["components"]["schemas"]["Problem"]
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                example = answer["content"]["application/problem+json"]["example"]
                jsonschema.validate(example, problem)
                assert str(example["status"]) == status, (path, method)


def test_every_good_answer_in_text_has_an_example_of_its_form(document):
    """Pictures, pages and documents have none."""
    components, binary = document["components"], {"image/png", "text/html", "application/pdf"}
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            for kind, form in answer.get("content", {}).items() if int(status) < 300 else ():
                if kind not in binary:
                    whole = {**form["schema"], "components": components}
                    jsonschema.Draft202012Validator(whole).validate(form["example"])
                    assert form["example"], (path, method)


def test_the_codes_are_stable(document):
    """A code that clients may build on neither goes nor changes its status."""
    kept = dict(line.split() for line in IDS.read_text().splitlines())
    assert kept == {code: str(status) for code, (status, _) in TABLE.items()}
    assert set(document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]) == set(
        kept
    )


def test_the_page_needs_nothing_from_elsewhere(client):
    page = client.get("/docs").text
    for address in ("/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/start.js"):
        assert f'"{address}"' in page
        assert client.get(address).status_code == 200
    assert "http://" not in page and "https://" not in page
    assert "connect-src 'self'" in client.get("/docs").headers["content-security-policy"]


def test_a_browser_without_a_path_is_led_to_the_page(client):
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/docs")


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/v1/detectors"])
def test_a_head_is_answered_like_a_get_without_its_body(client, path):
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length"):
        assert head.headers[name] == whole.headers[name]
    # Nothing is left on the connection that the next answer would start with.
    assert client.get(path).content == whole.content


@pytest.mark.parametrize(("method", "path"), sorted(ROUTES))
def test_nothing_breaks_a_promise(described, method, path):
    @FEW
    @hypothesis.given(described[path][method].as_strategy())
    def ask(case):
        case.call_and_validate(checks=CHECKS, timeout=120)

    ask()


@pytest.mark.parametrize("path", sorted(p for m, p in ROUTES if m == "GET" and "{" in p))
def test_wrong_parameters_are_refused(described, path):
    operation = described[path]["GET"]
    wrong = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @FEW
    @hypothesis.given(wrong)
    def ask(case):
        case.call_and_validate(checks=[not_a_server_error, negative_data_rejection], timeout=120)

    ask()
