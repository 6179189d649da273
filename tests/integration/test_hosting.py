"""Each way to host, tried as its page says: a clean environment, the exact command, an answer."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from tests.conftest import ROOT

GUIDE = ROOT / "docs" / "guides" / "hosting.md"
DEPLOY = ROOT / "deploy"
WAIT = 180


def _command(name: str) -> str:
    """The line under the heading of that name in the guide: what is tested is what is printed."""
    text = GUIDE.read_text(encoding="utf-8").split(f"## {name}")[1]
    return re.search(r"Start command:\s+`([^`]+)`", text)[1]


def _port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(folder: Path, requirements: Path, cwd: Path) -> dict[str, str]:
    """A new virtual environment with nothing in it but what the file asks for."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "-r", str(requirements)]
    subprocess.run(pip, cwd=cwd, check=True)
    return {"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}


def _answers(command: str, cwd: Path, environment: dict[str, str], port: int) -> str:
    """Runs the command until its page is there; the body of the page."""
    process = subprocess.Popen(command.split(), cwd=cwd, env=environment)
    deadline = time.monotonic() + WAIT
    try:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    return answer.read().decode()
            except (URLError, OSError):
                time.sleep(0.3)
        raise AssertionError(f"{command!r} gave no page; it ended with {process.poll()}")
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.slow
def test_streamlit_community_cloud(tmp_path):
    copy = tmp_path / "repository"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "*cache*"))
    requirements = copy / "deploy" / "streamlit" / "requirements.txt"
    environment, port = _environment(tmp_path / "venv", requirements, copy), _port()
    environment |= {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_HEADLESS": "true"}
    assert "<title>" in _answers(_command("Streamlit Community Cloud"), copy, environment, port)


@pytest.mark.slow
def test_hugging_face_space(tmp_path):
    folder = tmp_path / "space"
    subprocess.run([sys.executable, "-m", "tools.hosting", "space", folder], cwd=ROOT, check=True)
    environment = _environment(tmp_path / "venv", folder / "requirements.txt", folder)
    port = _port()
    environment |= {"GRADIO_SERVER_PORT": str(port)}
    page = _answers(_command("Hugging Face Space"), folder, environment, port)
    assert "unmask" in page


@pytest.mark.slow
def test_plain_machine(tmp_path):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(".[app]\n")
    environment, port = _environment(tmp_path / "venv", requirements, ROOT), _port()
    command = _command("A machine of your own")
    unit = (DEPLOY / "systemd" / "unmask-app.service").read_text()
    assert f"ExecStart=/opt/unmask/bin/{command}\n" in unit
    command = command.replace("8501", str(port))
    assert "<title>" in _answers(command, tmp_path, environment, port)


def test_the_theme_of_the_hosted_page_is_that_of_the_app():
    """Written by `python -m tools.hosting`."""
    from tools.hosting import CONFIG, config

    assert CONFIG.read_text(encoding="utf-8") == config()


def test_hosted_pages_are_installed_from_the_lock(tmp_path):
    """What runs there is what was tested here."""
    from tools.hosting import pinned

    asked = (DEPLOY / "streamlit" / "requirements.txt").read_text().split("\n")
    assert "-c ../../requirements.lock" in asked
    lock = (ROOT / "requirements.lock").read_text()
    needed = pinned("unmask[gradio,heic]")
    assert {"gradio", "onnxruntime", "numpy", "pillow", "fpdf2", "pi-heif"} <= set(needed)
    assert "tensorflow-cpu" not in needed
    assert [n for n, v in needed.items() if f"{n}=={v}" not in lock.lower()] == []


def test_hosted_pages_keep_no_history():
    entry = (DEPLOY / "streamlit" / "streamlit_app.py").read_text()
    assert 'os.environ["UNMASK_HISTORY"] = "off"' in entry
    assert "--no-history" in (DEPLOY / "systemd" / "unmask-app.service").read_text()
