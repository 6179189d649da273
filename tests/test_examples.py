"""The scripts in examples/ and the code in the package's docstring run as they stand."""

from __future__ import annotations

import doctest
import subprocess
import sys

import pytest
from tests.conftest import ROOT

import unmask

# The webcam needs a camera and a screen: tests/video/test_webcam_example.py has fake ones.
SCRIPTS = [p for p in sorted((ROOT / "examples").glob("[0-9]*.py")) if p.stem != "06_webcam"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_example(script):
    run = subprocess.run(
        [sys.executable, script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()


def test_there_are_examples():
    assert len(SCRIPTS) >= 5


def test_the_docstring_of_the_package(monkeypatch):
    monkeypatch.chdir(ROOT)
    tried = doctest.testmod(unmask)
    assert tried.attempted >= 2
    assert tried.failed == 0
