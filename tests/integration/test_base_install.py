"""Without any optional part: `unmask` imports and answers; each part that lacks is named with its command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT, encode, picture
from tests.integration.base_install import hidden

from unmask.apps.cli.main import COMMANDS

SCRIPT = Path(__file__).with_name("base_install.py")
PRESENT = [name for name in COMMANDS if (ROOT / f"src/unmask/apps/cli/{name}.py").exists()]
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64


@pytest.fixture
def unmask(tmp_path):
    def call(*arguments):
        return subprocess.run(
            [sys.executable, str(SCRIPT), *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
            check=False,
        )

    return call


@pytest.fixture
def red(tmp_path):
    (tmp_path / "red.png").write_bytes(encode(picture((250, 60, 60))))
    return "red.png"


def test_the_test_itself_hides_something():
    """pytest is certainly no part of the base install; numpy certainly is."""
    assert "pytest" in hidden()
    assert not {"numpy", "PIL", "onnxruntime", "click", "unmask"} & hidden()


def test_it_answers(unmask, red, tiny_detector):
    ended = unmask("check", red, "--json", "--whole-picture", "-d", tiny_detector)
    assert ended.stderr == ""
    assert json.loads(ended.stdout)["analysis"]["verdict"]["label"] == "fake"


def test_it_writes_a_page_and_a_heat_map(unmask, red, tiny_detector, tmp_path):
    papers = ("--report", "r.html", "--heatmap", "h.png")
    assert unmask("check", red, "--whole-picture", "-d", tiny_detector, *papers).returncode == 0
    assert {"r.html", "h.png"} <= {path.name for path in tmp_path.iterdir()}


def test_it_scans(unmask, red, tiny_detector, tmp_path):
    options = ("--whole-picture", "-d", tiny_detector, "--workers", "1")
    for out in ("r.csv", "r.jsonl"):
        ended = unmask("scan", tmp_path, "--out", out, *options)
        assert ended.returncode == 0, ended.stderr
        assert "1 file; " in ended.stdout


@pytest.mark.parametrize("name", PRESENT)
def test_every_command_helps_or_names_what_it_lacks(unmask, name):
    ended = unmask(name, "--help")
    assert "Traceback" not in ended.stderr
    assert ended.returncode in (0, 5), ended.stderr
    assert ended.returncode == 0 or 'pip install "unmask[' in ended.stderr


@pytest.mark.parametrize(
    ("extra", "arguments"),
    [
        ("parquet", ("scan", ".", "--out", "r.parquet")),
        ("heic", ("check", "a.heic")),
        ("pdf", ("check", "red.png", "--report", "r.pdf")),
    ],
)
def test_a_missing_extra_is_named_with_the_command_to_install_it(
    unmask, red, tiny_detector, tmp_path, extra, arguments
):
    (tmp_path / "a.heic").write_bytes(HEIC)
    ended = unmask(*arguments, "--whole-picture", "-d", tiny_detector)
    assert ended.returncode == 5
    assert f'pip install "unmask[{extra}]"' in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.glob("r.*"))
