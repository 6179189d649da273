"""Keys are random, kept as hashes in a private file, compared in constant time, revoked at once."""

from __future__ import annotations

import hmac
import os
import stat

import pytest

from unmask.apps.server import keys as module
from unmask.apps.server.keys import Keys
from unmask.errors import ConfigError


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path / "state")


def test_a_key_has_a_name(keys):
    key = keys.add("newsroom")
    assert keys.name_of(key) == "newsroom"
    assert key.startswith("um_") and len(key) >= 50


@pytest.mark.parametrize(
    "wrong", ["", "um_", "x" * 60, "um_000000000000_" + "A" * 43, "\udcff\xff"]
)
def test_a_wrong_key_has_none(keys, wrong):
    keys.add("newsroom")
    assert keys.name_of(wrong) is None


def test_a_right_id_with_a_wrong_secret_has_none(keys):
    key = keys.add("newsroom")
    other = keys.add("other")
    assert keys.name_of(key[:16] + other[16:]) is None


def test_the_file_holds_no_key_and_is_private(keys, tmp_path):
    key = keys.add("newsroom")
    path = tmp_path / "state" / module.FILE
    assert key.rpartition("_")[2] not in path.read_text()
    assert key[16:] not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_revoked_key_has_no_name_in_a_server_that_runs(keys, tmp_path):
    running = Keys(tmp_path / "state")
    key = keys.add("newsroom")
    assert running.name_of(key) == "newsroom"
    keys.revoke("newsroom")
    assert running.name_of(key) is None
    assert not running.any_valid
    assert running.all()[0].revoked


def test_a_name_may_come_again_after_it_was_revoked(keys):
    first = keys.add("newsroom")
    keys.revoke("newsroom")
    second = keys.add("newsroom")
    assert keys.name_of(first) is None
    assert keys.name_of(second) == "newsroom"


def test_names_are_unique_and_plain(keys):
    keys.add("newsroom")
    with pytest.raises(ConfigError, match="already"):
        keys.add("newsroom")
    with pytest.raises(ConfigError, match="cannot name"):
        keys.add("a b")
    with pytest.raises(ConfigError, match="No valid key"):
        keys.revoke("nobody")


def test_every_look_compares_in_constant_time(keys, monkeypatch):
    """The secret's hash goes through compare_digest, for an unknown key as for a known one."""
    key = keys.add("newsroom")
    seen = []
    real = hmac.compare_digest
    monkeypatch.setattr(module.hmac, "compare_digest", lambda a, b: seen.append(a) or real(a, b))
    for text in (key, "um_000000000000_" + "A" * 43, "nonsense"):
        seen.clear()
        keys.name_of(text)
        assert len(seen[-1]) == 64


def test_a_damaged_file_is_said_to_be(keys, tmp_path):
    keys.add("newsroom")
    (tmp_path / "state" / module.FILE).write_text("{")
    with pytest.raises(ConfigError, match="not a list of keys"):
        Keys(tmp_path / "state").all()


@pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give files away"
)
def test_a_folder_of_somebody_else_is_refused(keys, tmp_path):
    (tmp_path / "state").mkdir()
    os.chown(tmp_path / "state", 12345, 12345)
    with pytest.raises(ConfigError, match="another user"):
        keys.add("newsroom")
