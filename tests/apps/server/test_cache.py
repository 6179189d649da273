"""The latest answers, bounded in number and in bytes; one entry for each caller, picture and wish."""

from __future__ import annotations

from unmask.apps.server import cache as module
from unmask.apps.server.cache import Cache

WISH = {"kind": "analyze", "explain": True}


def test_what_was_put_is_found_by_the_same_caller_under_the_same_wish_only():
    cache = Cache(10)
    cache.put("me", "a", WISH, ({}, b"answer"))
    assert cache.get("me", "a", dict(reversed(WISH.items()))) == ({}, b"answer")
    assert cache.get("you", "a", WISH) is None
    assert cache.get("me", "b", WISH) is None
    assert cache.get("me", "a", {**WISH, "explain": False}) is None


def test_the_least_recently_used_goes_first():
    cache = Cache(2)
    for name in "ab":
        cache.put("me", name, WISH, ({}, name.encode()))
    cache.get("me", "a", WISH)
    cache.put("me", "c", WISH, ({}, b"c"))
    assert [bool(cache.get("me", name, WISH)) for name in "abc"] == [True, False, True]


def test_bytes_are_bounded_too(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 100)
    cache = Cache(1000)
    for n in range(50):
        cache.put("me", str(n % 7), WISH, ({}, bytes(30)))
    assert len(cache) == 3


def test_zero_keeps_nothing():
    cache = Cache(0)
    cache.put("me", "a", WISH, ({}, b"answer"))
    assert cache.get("me", "a", WISH) is None
