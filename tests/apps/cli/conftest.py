"""Command lines as a user types them: in this process for speed, in another one where it matters."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.conftest import ROOT

from unmask.apps.cli.main import run


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def quiet_surroundings(monkeypatch, tmp_path):
    """No configuration of the person who runs the tests gets in."""
    for name in [n for n in os.environ if n.startswith("UNMASK_")] + ["NO_COLOR"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def unmask(capfd):
    """`unmask("check", path)` in this process."""

    def call(*arguments: object) -> Answer:
        code = run([str(a) for a in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Answer(code, out, err)

    return call


@pytest.fixture
def unmask_process():
    """The same in a process of its own, through `python -m unmask`."""

    def call(*arguments: object, data: bytes = b"", **variables: str) -> Answer:
        ended = subprocess.run(
            [sys.executable, "-m", "unmask", *map(str, arguments)],
            input=data,
            capture_output=True,
            env={**os.environ, **variables},
            check=False,
        )
        return Answer(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    return call


@pytest.fixture(scope="session")
def portrait_path() -> Path:
    return ROOT / "examples" / "collins.jpg"
