"""The walk-through runs from its first cell to its last on pictures it draws itself, and learns what it shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "deepfake_detection.ipynb"


def cells(kind: str) -> list[str]:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == kind]


def test_it_is_kept_without_outputs():
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert not [c for c in notebook["cells"] if c.get("outputs") or c.get("execution_count")]


@pytest.mark.slow
def test_every_cell_runs_and_the_detector_learns(monkeypatch, tmp_path):
    pytest.importorskip("keras", reason="needs the extra [train]")
    matplotlib = pytest.importorskip("matplotlib", reason="needs the extra [evaluate]")
    matplotlib.use("Agg")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    names: dict = {"__name__": "walkthrough"}
    for number, source in enumerate(cells("code")):
        exec(compile(source, f"cell {number}", "exec"), names)
    names["plt"].close("all")
    assert names["report"]["parity"]["logit"] < 1e-4
    assert names["measured"]["roc_auc"].value > 0.9
    assert [answer.ok for answer in names["answers"]] == [True] * 10
