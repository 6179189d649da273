"""What every request passes: keys, limits, names, origins, headers; and what the log may hold."""

from __future__ import annotations

import hashlib
import io
import json
import logging

import pytest

from unmask.apps.server import logs
from unmask.apps.server.problems import Problem
from unmask.apps.server.settings import Bounds

PATHS = ["/v1/detectors", "/metrics", "/v1/analyze/" + "0" * 64, "/v1/jobs/" + "0" * 32]


@pytest.fixture
def lines():
    """The log as it is written."""
    stream = io.StringIO()
    names = ("unmask.server", "uvicorn", "uvicorn.error", "uvicorn.access")
    before = [(logging.getLogger(n), logging.getLogger(n).__dict__.copy()) for n in names]
    logs.begin(stream)
    yield stream
    for logger, state in before:
        logger.__dict__.update(state)


@pytest.mark.parametrize("path", PATHS)
def test_without_a_key_nothing_is_told(odd, path):
    answer = odd(keys_required=True).get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version", "/docs", "/openapi.json"])
def test_what_needs_no_key(odd, path):
    assert odd(keys_required=True).get(path).status_code == 200


def test_both_ways_to_send_a_key(odd):
    server = odd(keys_required=True)
    key = server.service.keys.add("newsroom")
    for headers in ({"Authorization": f"Bearer {key}"}, {"X-API-Key": key}):
        assert server.get("/v1/detectors", headers=headers).status_code == 200
    assert server.get("/v1/detectors", params={"key": key}).status_code == 401


def test_a_wrong_key_is_refused_even_where_none_is_needed(odd):
    assert odd().get("/v1/detectors", headers={"X-API-Key": "um_x"}).status_code == 401


def test_from_the_first_key_on_every_request_needs_one(odd):
    server = odd()
    assert server.get("/v1/detectors").status_code == 200
    assert "security" not in server.get("/openapi.json").json()["paths"]["/v1/analyze"]["post"]
    key = server.service.keys.add("newsroom")
    assert server.get("/v1/detectors").status_code == 401
    assert server.get("/v1/detectors", headers={"X-API-Key": key}).status_code == 200
    assert server.get("/openapi.json").json()["paths"]["/v1/analyze"]["post"]["security"]
    server.service.keys.revoke("newsroom")
    assert server.get("/v1/detectors").status_code == 401


def test_without_keys_is_open_whatever_keys_there_are(odd):
    server = odd(keys_required=False)
    server.service.keys.add("newsroom")
    assert server.get("/v1/detectors").status_code == 200


def test_a_key_revoked_while_the_server_runs(odd):
    server = odd(keys_required=True)
    headers = {"X-API-Key": server.service.keys.add("newsroom")}
    assert server.get("/v1/detectors", headers=headers).status_code == 200
    server.service.keys.revoke("newsroom")
    assert server.get("/v1/detectors", headers=headers).status_code == 401


def test_guessing_keys_is_slowed_down(odd):
    server = odd(keys_required=True, bounds=Bounds(per_minute=0, wrong_keys_per_minute=3))
    key = server.service.keys.add("newsroom")
    wrong = {"X-API-Key": "um_000000000000_" + "A" * 43}
    seen = [server.get("/v1/detectors", headers=wrong).status_code for _ in range(5)]
    assert seen == [401, 401, 401, 429, 429]
    assert server.get("/v1/detectors", headers={"X-API-Key": key}).status_code == 429


def test_the_rate_limit_of_an_address_and_of_a_key(odd):
    server = odd(bounds=Bounds(per_minute=1, burst=3), keys_required=True)
    headers = {"X-API-Key": server.service.keys.add("newsroom")}
    answers = [server.get("/v1/detectors", headers=headers) for _ in range(5)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    server.service.addresses._levels.clear()
    assert server.get("/v1/detectors", headers=headers).status_code == 429


def test_a_full_queue_is_told_before_the_upload_is_read(odd, monkeypatch):
    server = odd(bounds=Bounds(per_minute=0, waiting=0))

    def body():
        raise AssertionError("the body was read")
        yield b""

    monkeypatch.setattr("unmask.apps.server.body.chunks", lambda *_: body())
    answer = server.post("/v1/analyze", content=b"picture")
    assert (answer.status_code, answer.json()["code"]) == (429, "overloaded")
    assert int(answer.headers["retry-after"]) >= 1


def test_the_headers_that_keep_browsers_out(odd):
    server = odd()
    for path in ("/healthz", "/nowhere", "/docs"):
        headers = server.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "server" not in headers
    assert "frame-ancestors 'none'" in server.get("/docs").headers["content-security-policy"]


def test_cors_is_closed(odd):
    server = odd()
    origin = {"Origin": "https://evil.example"}
    asked = server.options(
        "/v1/analyze", headers={**origin, "Access-Control-Request-Method": "POST"}
    )
    assert asked.status_code == 405
    answer = server.get("/v1/detectors", headers=origin)
    assert not [h for h in answer.headers if h.startswith("access-control")]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999"])
def test_a_page_elsewhere_cannot_post(odd, origin):
    answer = odd().post("/v1/analyze", content=b"picture", headers={"Origin": origin})
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")


def test_the_docs_page_of_this_server_can_post(odd):
    answer = odd().post("/v1/analyze", content=b"x", headers={"Origin": "http://127.0.0.1:8000"})
    assert answer.status_code == 200


def test_an_origin_that_was_allowed(odd):
    server = odd(origins=("https://desk.example",))
    headers = {"Origin": "https://desk.example"}
    answer = server.post("/v1/analyze", content=b"picture", headers=headers)
    assert answer.headers["access-control-allow-origin"] == "https://desk.example"
    other = server.get("/v1/detectors", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


def test_another_name_for_this_server_is_refused(odd):
    """A page that points its own name at this address (DNS rebinding) is known by that name."""
    server = odd(hosts=("127.0.0.1",))
    assert server.get("/v1/detectors").status_code == 200
    answer = server.get("/v1/detectors", headers={"Host": "evil.example:8000"})
    assert (answer.status_code, answer.json()["code"]) == (421, "host_refused")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_who_looks_after_the_server_asks_by_its_number(odd, path):
    server = odd(hosts=("unmask.example",))
    assert server.get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_a_request_id_is_taken_over_when_it_is_harmless(odd):
    server = odd()
    assert server.get("/healthz", headers={"X-Request-ID": "abc-12345"}).headers["x-request-id"] == "abc-12345"  # fmt: skip
    for bad in ("x", "a" * 65, 'evil"}{', "a b c d e f"):
        made = server.get("/healthz", headers={"X-Request-ID": bad}).headers["x-request-id"]
        assert made != bad
        assert len(made) == 16


def test_the_log_is_json_and_holds_hashes_never_pictures_or_keys(odd, lines):
    server = odd(keys_required=True)
    key = server.service.keys.add("newsroom")
    secret = b"these-are-the-bytes-of-a-picture"
    answer = server.post(
        "/v1/analyze?detector=odd", content=secret, headers={"Authorization": f"Bearer {key}"}
    )
    server.post("/v1/analyze", content=b"broken", headers={"X-API-Key": key})
    server.get("/v1/detectors?key=hunter2hunter2", headers={"X-API-Key": "um_wrong-wrong-wrong"})
    server.get("/hunter2hunter2")
    text = lines.getvalue()
    found = [json.loads(line) for line in text.splitlines()]
    requests = [line for line in found if line["event"] == "request"]
    assert [line["status"] for line in requests] == [200, 422, 401, 404]
    first = requests[0]
    assert first["sha256"] == hashlib.sha256(secret).hexdigest()
    assert first["request_id"] == answer.headers["x-request-id"]
    assert (first["caller"], first["route"], first["bytes"]) == (
        "newsroom",
        "/v1/analyze",
        len(secret),
    )
    assert requests[1]["code"] == "corrupt_image"
    for never in (key, key[16:], "these-are-the-bytes", "hunter2", "wrong-wrong", "Bearer"):
        assert never not in text


def test_a_mistake_of_ours_is_a_problem_and_the_log_has_its_place_not_its_words(
    odd, lines, monkeypatch
):
    server = odd()

    async def fail(*_):
        raise ValueError("these-are-the-bytes-of-a-picture")

    monkeypatch.setattr(server.service, "ask", fail)
    answer = server.post("/v1/analyze", content=b"picture")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["content-type"] == "application/problem+json"
    line = next(json.loads(t) for t in lines.getvalue().splitlines() if "ValueError" in t)
    assert any("test_shell.py" in place for place in line["at"])
    assert "these-are-the-bytes" not in lines.getvalue()


def test_metrics_count_what_happened(odd):
    server = odd()
    server.post("/v1/analyze", content=b"picture")
    server.post("/v1/analyze", content=b"picture")
    server.post("/v1/analyze", content=b"broken")
    server.post("/v1/analyze", content=b"die")
    server.get("/no/such/path/whatever")
    text = server.get("/metrics").text
    for line in (
        'unmask_requests_total{method="POST",route="/v1/analyze",status="200"} 2.0',
        'unmask_requests_total{method="GET",route="none",status="404"} 1.0',
        'unmask_verdicts_total{detector="odd",label="real",reason="clear"} 2.0',
        'unmask_rejected_total{code="corrupt_image"} 1.0',
        'unmask_cache_total{outcome="hit"} 1.0',
        'unmask_workers_replaced_total{cause="died"} 1.0',
        'unmask_fake_probability_count{detector="odd"} 2.0',
        'unmask_detector_card{budget="0.01",detector="odd",quantity="false_alarm_rate"} 0.01',
    ):
        assert line in text
    assert "/no/such/path" not in text


def test_readiness_says_no_before_the_start_and_without_workers(odd):
    server = odd()
    assert server.get("/readyz").status_code == 200
    server.service.ready = False
    answer = server.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert server.get("/healthz").status_code == 200
    assert server.post("/v1/analyze", content=b"x").status_code == 503
    server.service.ready = True


def test_a_problem_outside_the_table_cannot_be_made():
    with pytest.raises(KeyError):
        Problem("no_such_code", "x")


def test_keys_that_cannot_be_read_are_our_fault_and_stay_ours(odd):
    server = odd(keys_required=True)
    key = server.service.keys.add("newsroom")
    (server.service.settings.state / "keys.json").write_text("{")
    answer = server.get("/v1/detectors", headers={"X-API-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    for told in (answer, server.get("/openapi.json"), server.get("/v1/detectors")):
        assert told.status_code in (200, 401, 500)
        assert str(server.service.settings.state) not in told.text
