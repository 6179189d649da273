"""Defaults, file, environment: the stronger wins, and every mistake is named."""

from __future__ import annotations

import pytest

from unmask.apps import settings
from unmask.apps.settings import Settings
from unmask.errors import ConfigError


@pytest.fixture
def config(tmp_path):
    """Writes a configuration file and gives the environment that points at it."""

    def write(text: str, **variables: str) -> dict[str, str]:
        path = tmp_path / "unmask" / "config.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return {"XDG_CONFIG_HOME": str(tmp_path), **variables}

    return write


def test_nothing_said_means_the_defaults(tmp_path):
    assert settings.load({"XDG_CONFIG_HOME": str(tmp_path)}) == Settings()


def test_the_environment_is_stronger_than_the_file(config):
    environment = config(
        'detector = "accurate"\nfalse_alarm_rate = 0.05\n', UNMASK_FALSE_ALARM_RATE="0.001"
    )
    assert settings.load(environment) == Settings(("accurate",), 0.001)


@pytest.mark.parametrize("text", ['detector = "a, b"', 'detector = ["a", "b"]'])
def test_several_detectors(config, text):
    assert settings.load(config(text)).detector == ("a", "b")


def test_limits_come_from_the_settings(config):
    limits = settings.load(config("max_bytes = 1000\nmax_pixels = 2000")).limits
    assert (limits.max_bytes, limits.max_pixels) == (1000, 2000)


def test_an_unknown_key_names_the_nearest(config):
    with pytest.raises(ConfigError, match="Did you mean 'detector'"):
        settings.load(config('detectr = "fast"'))


def test_tables_are_left_to_other_front_ends(config):
    assert settings.load(config("[server]\nport = 8000")) == Settings()


@pytest.mark.parametrize(
    "text",
    [
        "false_alarm_rate = 0",
        "false_alarm_rate = 1.0",
        "false_alarm_rate = true",
        'false_alarm_rate = "often"',
        "max_bytes = -1",
        "max_bytes = 1.5",
        "max_pixels = true",
        'detector = ""',
        "detector = []",
        "detector = [1]",
        "detector = 3",
    ],
)
def test_a_wrong_value_is_named(config, text):
    key = text.partition(" ")[0]
    with pytest.raises(ConfigError, match=f"'{key}' is .* expected"):
        settings.load(config(text))


@pytest.mark.parametrize("data", [b"detector = ", b"\xff\xfe"])
def test_a_file_that_is_not_toml_is_named(tmp_path, data):
    path = tmp_path / "c.toml"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=r"c\.toml"):
        settings.load({"UNMASK_CONFIG": str(path)})
