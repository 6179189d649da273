"""Fetching: what is public is fetched within bounds; redirects are checked like the first address."""

from __future__ import annotations

import asyncio
import time

import pytest
from tests.apps.server.conftest import pretending
from tests.apps.server.web import website

from unmask.apps.server.fetch import Fetcher
from unmask.apps.server.problems import Problem

PICTURE = b"picture"


@pytest.fixture
def site():
    with website(PICTURE) as found:
        yield found


def get(address: str, max_bytes: int = 100_000, seconds: float = 10) -> bytes:
    return asyncio.run(Fetcher(max_bytes, seconds, pretending()).get(address))


def refused(address: str, **options) -> Problem:
    with pytest.raises(Problem) as found:
        get(address, **options)
    return found.value


def test_a_picture(site):
    assert get(f"{site.url}/picture") == PICTURE
    _, path, headers, _ = site.seen[0]
    assert path == "/picture"
    assert headers["Host"] == f"public.test:{site.port}"
    assert "Cookie" not in headers and "Authorization" not in headers


def test_a_redirect_to_a_public_address(site):
    assert get(f"{site.url}/to/|picture") == PICTURE


@pytest.mark.parametrize(
    "there",
    [
        "http:||127.0.0.1:{port}|picture",
        "http:||localhost:{port}|picture",
        "http:||private.test:{port}|picture",
        "http:||both.test:{port}|picture",
        "http:||[::1]:{port}|picture",
        "http:||[::ffff:127.0.0.1]:{port}|picture",
        "http:||169.254.169.254|latest|meta-data",
        "||10.0.0.1|x",
        "file:|||etc|passwd",
        "gopher:||public.test|x",
    ],
)
def test_a_redirect_to_a_private_address_is_refused(site, there):
    problem = refused(f"{site.url}/to/{there.format(port=site.port)}")
    assert problem.code in ("address_refused", "fetch_failed")
    assert len(site.seen) == 1


def test_a_name_that_is_loopback_is_refused(site):
    for name in ("private.test", "both.test", "127.0.0.1"):
        assert refused(f"http://{name}:{site.port}/picture").code == "address_refused"
    assert site.seen == []


def test_a_name_is_resolved_once_for_each_request(site):
    """Checked and connected to is the same number: a second answer of the name server changes nothing."""
    asked = []
    rules = pretending()

    async def resolve(host, port):
        asked.append(host)
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    fetcher = Fetcher(1000, 10, type(rules)(rules.public, resolve, rules.ports))
    assert asyncio.run(fetcher.get(f"{site.url}/picture")) == PICTURE
    assert asked == ["public.test"]


@pytest.mark.parametrize("path", ["loop", "nowhere", "status/404", "status/500", "status/204"])
def test_what_is_no_picture(site, path):
    assert refused(f"{site.url}/{path}").code == "fetch_failed"


@pytest.mark.parametrize("path", ["large", "lying"])
def test_too_much_is_cut_off(site, path):
    assert refused(f"{site.url}/{path}").code == "too_large"


def test_a_dripping_server_is_given_up(site):
    begun = time.monotonic()
    assert refused(f"{site.url}/drip", seconds=1).code == "fetch_failed"
    assert time.monotonic() - begun < 8


def test_nobody_there():
    assert refused("http://public.test:1/").code == "fetch_failed"


def test_over_http_only_when_switched_on(odd):
    with website(PICTURE) as site:
        wish = {"url": f"{site.url}/picture"}
        assert odd().post("/v1/analyze", json=wish).json()["code"] == "fetch_off"
        assert site.seen == []


def test_over_http_when_switched_on(odd):
    with website(PICTURE) as site:
        server = odd(fetch=True)
        assert server.post("/v1/analyze", json={"url": f"{site.url}/picture"}).status_code == 200
        there = f"{site.url}/to/http:||127.0.0.1:{site.port}|picture"
        answer = server.post("/v1/analyze", json={"url": there})
        assert (answer.status_code, answer.json()["code"]) == (422, "address_refused")
