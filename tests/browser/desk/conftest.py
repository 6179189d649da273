"""The real app in a real browser: starts `unmask app`, opens Chromium, listens to every request."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

pytest.importorskip("streamlit", reason="the app needs the extra [app]")
playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 120_000
"""Milliseconds; generous, because other work may share the machine."""


class Server:
    """A front end of `unmask` in a process of its own, which can be stopped and started again."""

    def __init__(self, command: str, environment: dict[str, str], folder: Path) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._command, self._log = command, folder / f"{command}-{self.port}.log"
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def start(self) -> None:
        command = [sys.executable, "-m", "unmask", self._command, "--no-browser"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port)], env=self._environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + PATIENCE / 1000
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < deadline, self.log
            time.sleep(0.2)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)

    def _answers(self) -> bool:
        try:
            with urlopen(self.address, timeout=5) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False


@pytest.fixture(scope="module")
def chromium():
    """One for each file: while Playwright runs, no other test may have an event loop of its own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium (CI does)")
    with playwright.sync_playwright() as driver:
        camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *camera])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def app(tiny_detector, tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    environment = {
        "UNMASK_DETECTOR": str(tiny_detector),
        "UNMASK_HISTORY": str(folder / "history.sqlite"),
    }
    server = Server("app", environment, folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def gradio_page(tiny_detector, tmp_path_factory):
    pytest.importorskip("gradio", reason="the Gradio page needs the extra [gradio]")
    folder = tmp_path_factory.mktemp("gradio")
    environment = {"UNMASK_DETECTOR": str(tiny_detector), "GRADIO_TEMP_DIR": str(folder / "cache")}
    server = Server("gradio", environment, folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def elsewhere() -> list[str]:
    """Addresses that a page asked for outside this machine; stays empty."""
    return []


@pytest.fixture
def visit(chromium, elsewhere):
    """Opens a page of the given size and colour scheme in a browser that knows nothing yet."""
    contexts = []

    def open_page(address: str, width: int = 1280, height: int = 900, scheme: str = "light"):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, permissions=["camera"]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: _note(request.url, elsewhere))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert elsewhere == [], "the page asked other machines for something"


def _note(url: str, elsewhere: list[str]) -> None:
    if not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:", "about:")):
        elsewhere.append(url)
