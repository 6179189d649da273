"""The app under Streamlit's own test harness, with a tiny detector and a history of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("streamlit", reason="the app needs the extra [app]")
pytest.importorskip("fpdf", reason="the app needs the extra [app]")

from streamlit.testing.v1 import AppTest

from unmask.apps import streamlit_app

SCRIPT = Path(streamlit_app.__file__)


@pytest.fixture(autouse=True)
def main_module(monkeypatch):
    """Streamlit's harness takes the place of `__main__`, which later tests start processes from."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def history_file(tmp_path) -> Path:
    return tmp_path / "history.sqlite"


@pytest.fixture
def app(tiny_detector, history_file, monkeypatch) -> AppTest:
    """Not yet run; `UNMASK_HISTORY` and `UNMASK_DETECTOR` are what `unmask app` would set."""
    monkeypatch.setenv("UNMASK_DETECTOR", str(tiny_detector))
    monkeypatch.setenv("UNMASK_HISTORY", str(history_file))
    return AppTest.from_file(SCRIPT, default_timeout=120)
