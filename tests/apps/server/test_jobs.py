"""Many pictures: handed in three ways, answered once each, followed, cancelled, kept from others."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import pytest
from tests.apps.server.conftest import client_of, pretending, wait_for
from tests.apps.server.test_archive import make
from tests.apps.server.web import website

from unmask.apps.server.problems import Problem
from unmask.apps.server.service import Service
from unmask.apps.server.settings import Bounds, JobBounds
from unmask.types import Limits


def files(*contents: bytes):
    return [("file", (f"{n}.jpg", data)) for n, data in enumerate(contents)]


def ended(server, job, **headers):
    def look():
        found = server.get(f"/v1/jobs/{job['id']}", **headers).json()
        return found if found["state"] != "running" else None

    wait_for(look)
    return look()


def lines(server, job, **params):
    answer = server.get(f"/v1/jobs/{job['id']}/results", params=params)
    assert answer.headers["content-type"] == "application/jsonl"
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_form_with_files(odd):
    server = odd()
    answer = server.post("/v1/jobs", files=files(b"one", b"broken", b"three"))
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    assert (job["state"], job["total"]) == ("running", 3)
    status = ended(server, job)
    assert (status["state"], status["answered"], status["failed"]) == ("done", 3, 1)
    found = sorted(lines(server, job), key=lambda line: line["number"])
    assert [line["name"] for line in found] == ["0.jpg", "1.jpg", "2.jpg"]
    assert [line["failure"] and line["failure"]["code"] for line in found] == [
        None,
        "corrupt_image",
        None,
    ]
    assert found[0]["analysis"]["sha256"] == found[0]["sha256"]


def test_an_archive(odd):
    server = odd()
    data = make({"a/1.jpg": b"one", "../2.jpg": b"two"})
    job = server.post("/v1/jobs", content=data, headers={"content-type": "application/zip"}).json()
    ended(server, job)
    assert {line["name"] for line in lines(server, job)} == {"a/1.jpg", "2.jpg"}


def test_addresses(odd):
    server = odd(fetch=True)
    with website(b"picture") as site:
        urls = [
            f"{site.url}/picture",
            f"{site.url}/status/404",
            f"http://private.test:{site.port}/",
        ]
        job = server.post("/v1/jobs", json={"urls": urls}).json()
        ended(server, job)
    found = {
        line["name"]: line["failure"] and line["failure"]["code"] for line in lines(server, job)
    }
    assert found == {urls[0]: None, urls[1]: "fetch_failed", urls[2]: "address_refused"}


def test_answers_can_be_followed_and_taken_up_again(odd):
    server = odd()
    job = server.post("/v1/jobs", files=files(*[b"slow %d" % n for n in range(4)])).json()
    followed = lines(server, job, follow="true")
    assert sorted(line["number"] for line in followed) == [0, 1, 2, 3]
    assert lines(server, job, skip=3) == followed[3:]
    assert lines(server, job, skip=4) == []


def test_the_pictures_are_gone_with_the_answers(odd):
    server = odd()
    job = server.post("/v1/jobs", files=files(b"marked-bytes-1", b"marked-bytes-2")).json()
    ended(server, job)
    state = server.service.settings.state
    assert list((state / "pictures").iterdir()) == []
    assert not any(b"marked-bytes" in p.read_bytes() for p in state.rglob("*") if p.is_file())


def test_cancel_forgets_what_was_not_looked_at(odd):
    server = odd()
    job = server.post("/v1/jobs", files=files(*[b"slow %d" % n for n in range(20)])).json()
    answer = server.post(f"/v1/jobs/{job['id']}/cancel")
    assert answer.json()["state"] == "cancelled"
    assert answer.json()["answered"] < 20
    assert list((server.service.settings.state / "pictures").iterdir()) == []
    again = server.post(f"/v1/jobs/{job['id']}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_forget_leaves_nothing(odd):
    server = odd()
    job = server.post("/v1/jobs", files=files(b"one")).json()
    ended(server, job)
    assert server.delete(f"/v1/jobs/{job['id']}").status_code == 204
    assert server.get(f"/v1/jobs/{job['id']}").status_code == 404


def test_a_picture_that_kills_its_worker_fails_alone(odd):
    server = odd()
    job = server.post("/v1/jobs", files=files(b"one", b"die", b"three")).json()
    status = ended(server, job)
    assert (status["answered"], status["failed"]) == (3, 1)
    failed = [line for line in lines(server, job) if line["failure"]]
    assert [(line["name"], line["failure"]["code"]) for line in failed] == [
        ("1.jpg", "worker_lost")
    ]


def test_a_job_belongs_to_its_key(odd):
    server = odd(keys_required=True)
    mine, yours = ({"X-API-Key": server.service.keys.add(name)} for name in ("mine", "yours"))
    job = server.post("/v1/jobs", files=files(b"one"), headers=mine).json()
    place = f"/v1/jobs/{job['id']}"
    assert server.get(place, headers=mine).status_code == 200
    for method, path in (
        ("GET", place),
        ("GET", f"{place}/results"),
        ("POST", f"{place}/cancel"),
        ("DELETE", place),
    ):
        assert server.request(method, path, headers=yours).status_code == 404


SMALL = {
    "bounds": Bounds(per_minute=0, pictures=Limits(max_bytes=1000)),
    "jobs": JobBounds(pictures=3, upload=5000, unpacked=3000, unfinished=1),
}


@pytest.mark.parametrize(
    ("wrapping", "status", "code"),
    [
        ({"files": files(b"1", b"2", b"3", b"4")}, 413, "too_large"),
        ({"files": files(bytes(1001))}, 413, "too_large"),
        ({"files": files(*[bytes(999)] * 3, bytes(999) * 3)}, 413, "too_large"),
        ({"content": bytes(5001), "headers": {"content-type": "application/zip"}}, 413, "too_large"),
        ({"content": b"x", "headers": {"content-type": "application/zip"}}, 422, "bad_archive"),
        ({"content": make({}), "headers": {"content-type": "application/zip"}}, 422, "invalid_request"),
        ({"content": make({"a": bytes(100_000)}), "headers": {"content-type": "application/zip"}}, 413, "too_large"),
        ({"files": {"a": (None, "text")}}, 422, "invalid_request"),
        ({"content": b"x", "headers": {"content-type": "text/plain"}}, 415, "unsupported_format"),
        ({"json": {"urls": ["http://public.test/"]}}, 403, "fetch_off"),
        ({"json": {"urls": [1]}}, 422, "invalid_request"),
        ({"json": {"urls": ["x"] * 4}}, 413, "too_large"),
    ],
)  # fmt: skip
def test_what_is_refused_leaves_nothing_behind(odd, wrapping, status, code):
    server = odd(**SMALL)
    answer = server.post("/v1/jobs", **wrapping)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    state = server.service.settings.state
    assert list((state / "pictures").iterdir()) == []
    assert {p.name.partition("-")[0] for p in state.iterdir()} <= {"pictures", "jobs.sqlite"}
    assert server.service.intake.uploads == server.service.intake.bytes == 0


def test_unfinished_jobs_are_bounded(odd):
    server = odd(**SMALL)
    server.post("/v1/jobs", files=files(b"slow", b"slow1", b"slow2"))
    answer = server.post("/v1/jobs", files=files(b"one"))
    assert (answer.status_code, answer.json()["code"]) == (429, "overloaded")
    assert int(answer.headers["retry-after"]) >= 1


def test_the_disk_is_bounded_while_jobs_still_arrive(odd):
    server = odd(jobs=JobBounds(on_disk=2500, unpacked=1000))
    zipped = {"content": make({"a": b"x"}), "headers": {"content-type": "application/zip"}}
    assert server.post("/v1/jobs", **zipped).status_code == 202
    disk = server.service.jobs.disk
    with disk.open() as other:
        other.take(2000)
        for wrapping in (zipped, {"files": files(bytes(501))}):
            answer = server.post("/v1/jobs", **wrapping)
            assert (answer.status_code, answer.json()["code"]) == (429, "overloaded")
            assert int(answer.headers["retry-after"]) >= 1
        assert server.post("/v1/jobs", files=files(bytes(99))).status_code == 202
    assert (disk.uploads, disk.bytes) == (0, 0)


def test_jobs_that_arrive_at_once_are_counted_too(odd):
    server = odd(jobs=JobBounds(unfinished=2))

    async def story():
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(2):
                await stack.enter_async_context(server.service.jobs.arrival("me"))
            await stack.enter_async_context(server.service.jobs.arrival("you"))
            with pytest.raises(Problem) as refused:
                await stack.enter_async_context(server.service.jobs.arrival("me"))
            assert refused.value.code == "overloaded"

    server.portal.call(story)
    assert server.post("/v1/jobs", files=files(b"one")).status_code == 202


def test_a_job_goes_on_after_an_orderly_restart(settings):
    from tests.apps.server.conftest import ODD

    settings = replace(settings, workers=1)
    with client_of(Service(settings, pretending(), ODD)) as server:
        job = server.post("/v1/jobs", files=files(*[b"slow %d" % n for n in range(6)])).json()
        wait_for(lambda: server.get(f"/v1/jobs/{job['id']}").json()["answered"] >= 1)
    with client_of(Service(settings, pretending(), ODD)) as server:
        assert ended(server, job)["answered"] == 6
        found = lines(server, job)
    assert sorted(line["number"] for line in found) == list(range(6))
    assert not any(line["failure"] for line in found)
