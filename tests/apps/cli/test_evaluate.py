"""`unmask evaluate`, `compare` and `cross`, from the command line to the files they leave."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Two sets of coloured squares, the fakes redder."""
    root, rng = tmp_path_factory.mktemp("data"), np.random.default_rng(3)
    for place in ("a/Train", "a/Test", "b/Test"):
        for label, lean in (("Real", -30), ("Fake", 30)):
            folder = root / place / label
            folder.mkdir(parents=True)
            for i in range(12):
                pixels = rng.normal(128, 9, (48, 48, 3)) + lean * rng.normal(1, 0.7) * np.array(
                    [0.5, 0, -0.5]
                )
                Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(folder / f"{i}.png")
    return root


@pytest.fixture
def evaluate(unmask, tiny_detector, data, tmp_path):
    def call(*more: object, out: str = "out", detector: Path = tiny_detector):
        return unmask(
            "evaluate", detector, "--data", data, "--whole-picture", "--no-plots",
            "--resamples", 50, "--out", tmp_path / out, *more,
        )  # fmt: skip

    return call


def test_figures_are_shown_and_kept(evaluate, tmp_path):
    answer = evaluate()
    assert answer.code == 0
    assert "| all sets | 24 | 24 |" in answer.out and "verdicts turned" not in answer.out
    kept = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))
    assert kept["pool"]["figures"]["roc_auc"]["value"] > 0.8
    assert {s["name"] for s in kept["sets"]} == {"a", "b"}
    assert len((tmp_path / "out" / "scores.csv").read_text().splitlines()) == 49


def test_robustness_and_shortcuts_are_asked_for(evaluate, tmp_path):
    answer = evaluate("--robustness", "short", "--shortcuts", "--set", "a")
    assert answer.code == 0 and "verdicts turned" in answer.out
    report = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "## Damaged pictures" in report and "## Could shortcuts do it?" in report


def test_the_card_becomes_the_detectors_readme(evaluate, tiny_detector, tmp_path):
    mine = shutil.copytree(tiny_detector, tmp_path / "mine")
    (tmp_path / "recipe.yaml").write_text("name: tiny\n", encoding="utf-8")
    answer = evaluate("--card", "--recipe", tmp_path / "recipe.yaml", detector=mine)
    assert answer.code == 0
    card = (mine / "README.md").read_text(encoding="utf-8")
    assert "## Intended use" in card and "name: tiny" in card and "12 + 12" in card


def test_a_run_with_one_detector_inside_will_do(evaluate, tiny_detector, tmp_path):
    shutil.copytree(tiny_detector, tmp_path / "run" / "detector")
    assert evaluate(detector=tmp_path / "run").code == 0
    shutil.copytree(tiny_detector, tmp_path / "run" / "another")
    answer = evaluate(detector=tmp_path / "run")
    assert answer.code == 4 and "another, detector" in answer.err


def test_wrong_names_are_answered_with_help(evaluate):
    answer = evaluate("--set", "aa")
    assert answer.code == 4 and "Did you mean 'a'" in answer.err
    answer = evaluate("--split", "validation")
    assert answer.code == 4 and "they hold: test, train" in answer.err
    answer = evaluate("--false-alarm-rate", "0.02")
    assert answer.code == 4 and "0.001, 0.01, 0.05" in answer.err


def test_compare_sets_evaluations_side_by_side(evaluate, unmask, second_detector, tmp_path):
    pytest.importorskip("matplotlib", reason="drawing is an extra")
    assert evaluate(out="one").code == evaluate(out="two", detector=second_detector).code == 0
    answer = unmask("compare", tmp_path / "one", tmp_path / "two", "--out", tmp_path / "both")
    assert answer.code == 0
    assert "tiny 1.0.0" in answer.out and "second 1.0.0" in answer.out
    assert {p.name for p in (tmp_path / "both").iterdir()} == {"README.md", "sets.png", "cost.png"}


def test_compare_refuses_other_pictures(evaluate, unmask, tmp_path):
    assert evaluate(out="one").code == evaluate("--set", "a", out="two").code == 0
    answer = unmask("compare", tmp_path / "one", tmp_path / "two")
    assert answer.code == 4 and "different pictures" in answer.err


def test_cross_makes_a_row_for_each_run(unmask, data, tiny_detector, second_detector, tmp_path):
    pytest.importorskip("matplotlib", reason="drawing is an extra")
    for name, detector in (("a", tiny_detector), ("without-b", second_detector)):
        shutil.copytree(detector, tmp_path / "runs" / name)
    common = ("cross", "--data", data, "--runs", tmp_path / "runs", "--out", tmp_path / "cross")
    answer = unmask(*common, "--train-sets", "a", "--left-out", "b", "--test-sets", "a,b",
                    "--whole-picture", "--resamples", 50)  # fmt: skip
    assert answer.code == 0
    assert "| a | " in answer.out and "| all but b | " in answer.out
    assert {p.name for p in (tmp_path / "cross").iterdir()} == {
        "README.md",
        "cross.json",
        "cross.png",
    }
    missing = unmask(*common, "--train-sets", "a,c")
    assert missing.code == 4 and "--config" in missing.err


def test_cross_with_fakes_alone_has_nothing_to_rank(unmask, tiny_detector, data, tmp_path):
    shutil.copytree(tiny_detector, tmp_path / "runs" / "a")
    for path in (data / "a/Test/Fake").iterdir():
        target = tmp_path / "fakes" / "Test" / "Fake" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    answer = unmask("cross", "--data", tmp_path / "fakes", "--runs", tmp_path / "runs",
                    "--train-sets", "a", "--whole-picture", "--out", tmp_path / "out")  # fmt: skip
    assert answer.code == 0 and "real pictures" in answer.err
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"README.md", "cross.json"}


def test_cross_without_rows_says_so(unmask, data, tmp_path):
    answer = unmask("cross", "--data", data, "--runs", tmp_path)
    assert answer.code == 4 and "--train-sets" in answer.err
