"""`unmask app`: opens the page to drop pictures on, on this machine only unless told otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from unmask.apps import settings
from unmask.apps.cli import options
from unmask.errors import MissingExtra

SCRIPT = Path(__file__).parents[1] / "streamlit_app.py"


@click.command(short_help="Open the page to drop pictures on.")
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser window.")
@click.option("--no-history", is_flag=True, help="Keep nothing, and show no history.")
@options.detector
@options.false_alarm_rate
def app(
    port: int,
    host: str,
    no_browser: bool,
    no_history: bool,
    detector: tuple[str, ...],
    false_alarm_rate: float | None,
) -> int:
    """Open the page to drop pictures on.

    It listens on this machine only. With another --host everyone who reaches that address can
    use it: then switch the history off.
    """
    if find_spec("streamlit") is None or find_spec("fpdf") is None:
        raise MissingExtra("The app", "app")
    chosen = options.chosen(detector, false_alarm_rate)
    flags = {
        "server.port": str(port),
        "server.address": host,
        "server.headless": "true" if no_browser else "false",
        **_options(chosen),
    }
    command = [sys.executable, "-m", "streamlit", "run", str(SCRIPT)]
    command += [f"--{name}={value}" for name, value in flags.items()]
    return _become(command, {**os.environ, **_environment(chosen, no_history)})


def _become(command: list[str], environment: dict[str, str]) -> int:
    """Where it is possible this process turns into the server, so that what ends one ends the other."""
    if os.name == "posix":
        os.execve(command[0], command, environment)  # noqa: S606
    try:
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 0


def _options(chosen: settings.Settings) -> dict[str, str]:
    from unmask.apps.desk.theme import theme

    return {
        "server.maxUploadSize": str(max(chosen.max_bytes // 2**20, 1)),
        "browser.gatherUsageStats": "false",
        "client.showErrorDetails": "none",
        "client.toolbarMode": "viewer",
        "server.fileWatcherType": "none",
        **theme(),
    }


def _environment(chosen: settings.Settings, no_history: bool) -> dict[str, str]:
    """How the page's own process learns what this command was told."""
    told = {
        "UNMASK_DETECTOR": ",".join(chosen.detector),
        "UNMASK_FALSE_ALARM_RATE": str(chosen.false_alarm_rate),
    }
    return told | ({"UNMASK_HISTORY": "off"} if no_history else {})
