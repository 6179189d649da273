"""An ended job is told, signed, again until it is taken, and to public addresses only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from tests.apps.server.conftest import wait_for
from tests.apps.server.web import website

from unmask.apps.server import webhook

FILES = [("file", ("a.jpg", b"picture"))]


@pytest.fixture
def site():
    with website(b"") as found:
        yield found


def test_the_signature_can_be_checked_with_the_secret(odd, site):
    server = odd(fetch=True)
    job = server.post("/v1/jobs", params={"webhook": f"{site.url}/hook"}, files=FILES).json()
    wait_for(lambda: site.seen)
    method, path, headers, body = site.seen[0]
    key = base64.b64decode(job["webhook_secret"].removeprefix("whsec_"))
    signed = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert (method, path) == ("POST", "/hook")
    assert headers["Webhook-Signature"] == f"v1,{expected}"
    assert json.loads(body)["job"]["id"] == job["id"]
    assert json.loads(body)["job"]["answered"] == 1


def test_it_is_told_again_until_it_is_taken(odd, site, monkeypatch):
    monkeypatch.setattr(webhook, "PAUSES", (0.0, 0.05, 0.05, 0.05))
    site.statuses += [500, 503]
    server = odd(fetch=True)
    server.post("/v1/jobs", params={"webhook": f"{site.url}/hook"}, files=FILES)
    wait_for(lambda: len(site.seen) == 3)
    assert len({headers["Webhook-Id"] for _, _, headers, _ in site.seen}) == 1
    wait_for(lambda: 'outcome="taken"} 1.0' in server.get("/metrics").text)


def test_a_private_address_is_never_told(odd, site, monkeypatch):
    monkeypatch.setattr(webhook, "PAUSES", (0.0,))
    server = odd(fetch=True)
    address = f"http://private.test:{site.port}/hook"
    answer = server.post("/v1/jobs", params={"webhook": address}, files=FILES)
    assert answer.status_code == 202
    wait_for(lambda: 'outcome="given_up"} 1.0' in server.get("/metrics").text)
    assert site.seen == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://user:word@public.test/", "x"])
def test_no_web_address(odd, address):
    answer = odd(fetch=True).post("/v1/jobs", params={"webhook": address}, files=FILES)
    assert (answer.status_code, answer.json()["code"]) == (422, "address_refused")


def test_no_webhooks_unless_fetching_is_on(odd, site):
    answer = odd().post("/v1/jobs", params={"webhook": f"{site.url}/hook"}, files=FILES)
    assert (answer.status_code, answer.json()["code"]) == (403, "fetch_off")
