"""Jobs on disk: answered once, forgotten when answered, whole after a kill, one server at a time."""

from __future__ import annotations

import pytest

from unmask.apps.server.store import Item, JobStore
from unmask.errors import ConfigError


@pytest.fixture
def store(tmp_path):
    opened = JobStore(tmp_path)
    yield opened
    opened.close()


def add(store, job="a" * 32, count=3, owner="me", webhook=None):
    folder = store.folder(job)
    folder.mkdir()
    for n in range(count):
        (folder / str(n)).write_bytes(b"picture")
    row = {"id": job, "owner": owner, "wish": "{}", "webhook": webhook, "secret": None}
    store.add(row, [Item(n, f"{n}.jpg", 7) for n in range(count)])
    return job


def test_answers_come_once_and_in_their_order(store):
    job = add(store)
    for number in (2, 0):
        store.answer(job, number, True, b"line %d\n" % number)
    assert store.answers(job, 0, 10) == [b"line 2\n", b"line 0\n"]
    assert store.answers(job, 1, 10) == [b"line 0\n"]


def test_a_second_answer_changes_nothing(store):
    job = add(store)
    store.answer(job, 0, True, b"first")
    store.answer(job, 0, False, b"second")
    assert store.answers(job, 0, 10) == [b"first"]
    assert store.status(job)["failed"] == 0


def test_a_picture_is_forgotten_with_its_answer(store):
    job = add(store)
    store.answer(job, 1, True, b"x")
    assert sorted(p.name for p in store.folder(job).iterdir()) == ["0", "2"]


def test_the_last_answer_ends_the_job(store):
    job = add(store)
    assert [store.answer(job, n, n != 1, b"x") for n in range(3)] == [False, False, True]
    status = store.status(job)
    assert (status["state"], status["answered"], status["failed"]) == ("done", 3, 1)
    assert status["ended"] >= status["created"]
    assert not store.folder(job).exists()


def test_small_jobs_do_not_wait_for_large_ones(store):
    add(store, "a" * 32, 50)
    add(store, "b" * 32, 2)
    assert {todo.job[0] for todo in store.next(4)} == {"a", "b"}


def test_a_cancelled_job_has_nothing_to_do_and_no_pictures(store):
    job = add(store)
    store.answer(job, 0, True, b"x")
    assert store.cancel(job)
    assert not store.cancel(job)
    assert store.next(10) == []
    assert not store.folder(job).exists()
    assert store.answers(job, 0, 10) == [b"x"]


def test_a_forgotten_job_is_gone(store):
    job = add(store)
    store.forget(job)
    assert store.status(job) is None
    assert store.waiting() == (0, 0)
    assert not store.folder(job).exists()


def test_what_is_left_over_is_swept_and_what_is_needed_stays(store, tmp_path):
    job = add(store)
    store.answer(job, 0, True, b"x")
    (store.folder(job) / "0").write_bytes(b"left by a kill between commit and unlink")
    torn = tmp_path / "pictures" / ("b" * 32)
    torn.mkdir()
    (torn / "0").write_bytes(b"an upload that never became a job")
    store.sweep()
    assert sorted(p.name for p in store.folder(job).iterdir()) == ["1", "2"]
    assert not torn.exists()


def test_old_answers_expire(store):
    job = add(store, count=1)
    store.answer(job, 0, True, b"x")
    store.expire(keep_days=1)
    assert store.status(job)
    store.expire(keep_days=-1)
    assert store.status(job) is None


def test_a_second_server_on_the_same_folder_is_refused(store, tmp_path):
    with pytest.raises(ConfigError, match="in use by another server"):
        JobStore(tmp_path)


def test_untold_webhooks_are_remembered(store):
    job = add(store, count=1, webhook="http://x.test/")
    assert store.untold() == []
    store.answer(job, 0, True, b"x")
    assert store.untold() == [job]
    store.told(job)
    assert store.untold() == []


def test_half_a_job_is_none(store):
    with pytest.raises(Exception, match="UNIQUE"):
        store.add({"id": "c" * 32, "owner": "me", "wish": "{}"}, [Item(0, "a", 1), Item(0, "b", 1)])
    assert store.status("c" * 32) is None


def test_pictures_lie_in_a_private_folder(store, tmp_path):
    assert (tmp_path / "pictures").stat().st_mode & 0o077 == 0
