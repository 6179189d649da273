"""Takes the pictures of the app for the README: `python -m tools.screenshots [DETECTOR]`, from the root.

Needs Chromium (apt-get install chromium), the extras [app] and [dev], and a detector: by default the shipped one.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from unmask.types import DEFAULT_DETECTOR

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "images"
PORTRAIT = ROOT / "examples" / "collins.jpg"
WAIT = 180_000
SHOTS = {
    "app-light": ("light", 1280, 940),
    "app-dark": ("dark", 1280, 940),
    "app-phone": ("light", 390, 1080),
}


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    detector = sys.argv[1] if len(sys.argv) > 1 else DEFAULT_DETECTOR
    with _server(detector) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, (scheme, width, height) in SHOTS.items():
            _shoot(browser, address, (scheme, width, height), OUT / f"{name}.png")
            print(OUT / f"{name}.png")
        browser.close()


def _shoot(browser: Browser, address: str, view: tuple[str, int, int], path: Path) -> None:
    scheme, width, height = view
    options: dict[str, Any] = {"color_scheme": scheme, "device_scale_factor": 1.5}
    page = browser.new_page(viewport={"width": width, "height": height}, **options)
    page.set_default_timeout(WAIT)
    page.goto(address)
    page.locator("input[type=file]").set_input_files(str(PORTRAIT))
    page.get_by_role("button", name="Analyze").click()
    page.locator(".um-answer").first.wait_for()
    _settle(page)
    page.screenshot(path=str(path), timeout=WAIT)
    page.close()


def _settle(page: Page) -> None:
    """Until the pictures stand; then the pointer away from the button."""
    page.locator("[data-testid=stImage] img").first.wait_for()
    page.mouse.move(2, 2)
    page.wait_for_timeout(1500)


@contextmanager
def _server(detector: str) -> Any:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "UNMASK_HISTORY": str(Path(folder) / "history.sqlite")}
        command = [sys.executable, "-m", "unmask", "app", "--no-browser", "--port", str(port)]
        process = subprocess.Popen([*command, "-d", detector], env=environment)
        try:
            _wait(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def _wait(address: str) -> None:
    deadline = time.monotonic() + WAIT / 1000
    while time.monotonic() < deadline:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    raise SystemExit(f"{address} did not come up")


if __name__ == "__main__":
    main()
