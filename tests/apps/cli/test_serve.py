"""`unmask serve`: safe where nothing is said, keys made and revoked, options that reach the server."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from unmask.apps.cli.serve import serve
from unmask.apps.server import run
from unmask.apps.server.keys import Keys
from unmask.errors import ConfigError


@pytest.fixture
def unmask(tmp_path, monkeypatch):
    """Runs `unmask serve` with a state folder of its own; a server that would start is kept."""
    started = []
    monkeypatch.setattr(run, "run", lambda where, settings: started.append((where, settings)))
    monkeypatch.setenv("UNMASK_CONFIG", str(tmp_path / "none.toml"))

    def call(*arguments: str):
        return CliRunner().invoke(serve, ["--state", str(tmp_path / "state"), *arguments])

    call.started = started
    call.keys = Keys(tmp_path / "state")
    return call


def test_where_nothing_is_said_it_listens_to_this_machine_only(unmask):
    assert unmask().exit_code == 0
    where, settings = unmask.started[0]
    assert (where.host, where.port) == ("127.0.0.1", 8000)
    assert not settings.fetch and not settings.origins
    assert set(settings.hosts) == {"localhost", "127.0.0.1", "::1"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_elsewhere_it_needs_a_key(unmask, host):
    result = unmask("--host", host)
    assert isinstance(result.exception, ConfigError)
    assert "keys add" in str(result.exception) and "--without-keys" in str(result.exception)
    assert unmask.started == []


def test_elsewhere_with_a_key(unmask):
    unmask.keys.add("newsroom")
    assert unmask("--host", "0.0.0.0").exit_code == 0
    assert unmask.started[0][1].keys_required is None


def test_a_revoked_key_does_not_count(unmask):
    unmask.keys.add("newsroom")
    unmask.keys.revoke("newsroom")
    assert isinstance(unmask("--host", "0.0.0.0").exception, ConfigError)


def test_elsewhere_without_keys_when_told_so(unmask):
    assert unmask("--host", "0.0.0.0", "--without-keys").exit_code == 0
    assert unmask.started[0][1].keys_required is False


def test_options_reach_the_server(unmask):
    unmask("-d", "a", "-d", "b", "--workers", "3", "--queue", "7", "--per-minute", "0",
           "--max-megabytes", "2", "--cache", "0", "--fetch", "--origin", "https://a.example",
           "--name", "unmask.example", "--trusted-proxy", "10.0.0.1", "--whole-picture")  # fmt: skip
    where, settings = unmask.started[0]
    assert settings.detectors == ("a", "b")
    assert (settings.workers, settings.cached_answers, settings.faces) == (3, 0, False)
    assert (settings.bounds.waiting, settings.bounds.per_minute) == (7, 0)
    assert settings.bounds.pictures.max_bytes == 2 * 1024 * 1024
    assert (settings.fetch, settings.origins) == (True, ("https://a.example",))
    assert (settings.hosts, where.trusted_proxies) == (("unmask.example",), ("10.0.0.1",))


def test_keys_are_shown_once_and_listed_by_name(unmask):
    made = unmask("keys", "add", "newsroom")
    key = made.stdout.strip()
    assert unmask.keys.name_of(key) == "newsroom"
    listed = unmask("keys", "list").output
    assert "newsroom" in listed and "valid" in listed
    assert key not in listed and key[16:] not in listed
    assert unmask("keys", "revoke", "newsroom").exit_code == 0
    assert unmask.keys.name_of(key) is None
    assert "revoked" in unmask("keys", "list").output
    assert unmask.started == []


def test_settings_the_service_does_not_offer(unmask, monkeypatch):
    monkeypatch.setenv("UNMASK_FALSE_ALARM_RATE", "0.2")
    assert "0.2" in str(unmask().exception)
