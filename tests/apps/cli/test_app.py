"""`unmask app` and `unmask gradio`: what they start, and with which options."""

from __future__ import annotations

import os
import sys
from types import ModuleType

import pytest

pytest.importorskip("streamlit", reason="the app needs the extra [app]")

import unmask.apps
import unmask.apps.desk
from unmask.apps.cli import app as app_module
from unmask.apps.cli import gradio as gradio_module
from unmask.apps.cli.main import run
from unmask.types import DEFAULT_DETECTOR


@pytest.fixture
def started(monkeypatch):
    """The command line and environment that would have been run."""
    calls = []

    def become(command, environment):
        calls.append((command, environment))
        return 0

    monkeypatch.setattr(app_module, "_become", become)
    return calls


def _option(command, name):
    return next(c.partition("=")[2] for c in command if c.startswith(f"--{name}="))


def test_it_listens_to_this_machine_only(started):
    assert run(["app", "--port", "9000", "--no-browser"]) == 0
    command, environment = started[0]
    assert command[-1] != "" and command[1:4] == ["-m", "streamlit", "run"]
    assert _option(command, "server.address") == "127.0.0.1"
    assert _option(command, "server.port") == "9000"
    assert _option(command, "browser.gatherUsageStats") == "false"
    assert _option(command, "client.showErrorDetails") == "none"
    assert environment["UNMASK_DETECTOR"] == DEFAULT_DETECTOR


def test_options_reach_the_page(started, tmp_path):
    run(["app", "-d", "a", "-d", str(tmp_path), "--false-alarm-rate", "0.05", "--no-history"])
    environment = started[0][1]
    assert environment["UNMASK_DETECTOR"] == f"a,{tmp_path}"
    assert environment["UNMASK_FALSE_ALARM_RATE"] == "0.05"
    assert environment["UNMASK_HISTORY"] == "off"


def test_both_themes_reach_streamlit(started):
    run(["app"])
    command = started[0][0]
    assert _option(command, "theme.dark.backgroundColor") == "#14171b"
    assert _option(command, "theme.light.backgroundColor") == "#ffffff"


class _Page:
    """Stands for the page: Gradio's own leaves event loops open, and tests/browser runs the real one."""

    def __init__(self):
        self.options = {}

    def launch(self, **options):
        self.options = options

    def close(self, verbose):
        self.options["closed"] = True


def test_gradio_passes_share_on_and_asks_for_no_statistics(monkeypatch):
    page, app = _Page(), ModuleType("unmask.apps.gradio_app")
    app.build = lambda _settings: page
    look = ModuleType("unmask.apps.desk.gradio_look")
    look.theme, look.style, look.NAMES = (lambda: None), (lambda: ""), ""
    monkeypatch.setitem(sys.modules, "unmask.apps.gradio_app", app)
    monkeypatch.setitem(sys.modules, "unmask.apps.desk.gradio_look", look)
    monkeypatch.setattr(unmask.apps.desk, "gradio_look", look, raising=False)
    monkeypatch.setattr(unmask.apps, "gradio_app", app, raising=False)
    monkeypatch.setattr(gradio_module, "_wait", lambda: None)
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "True")
    assert run(["gradio", "--share", "--no-browser"]) == 0
    assert page.options["share"] is True and page.options["server_name"] == "127.0.0.1"
    assert page.options["closed"] and os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
