"""What ships opens, proves itself, fits into the wheel, and answers the pictures in examples/ rightly."""

from __future__ import annotations

import pytest
from tests.conftest import ROOT

from unmask import Analyzer, Label
from unmask.catalogue import describe, folder, verify
from unmask.stages.faces.finder import OnnxFinder, shipped_finder

DETECTORS = sorted(path.parent.name for path in shipped_finder().parent.glob("*/detector.json"))
WHEEL_LIMIT = 30_000_000
FAST_LIMIT = 10_000_000


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_is_whole(name):
    verify(name)
    card = (folder(name) / "README.md").read_text(encoding="utf-8")
    assert describe(name).sha256 in card
    assert describe(name).trained_on


def test_the_finder_is_whole():
    finder = OnnxFinder.shipped()
    finder.selftest()
    assert finder.spec.sha256 in (shipped_finder() / "README.md").read_text(encoding="utf-8")


def test_the_default_its_twin_and_the_better_one_ship_and_are_small():
    assert {"fast", "fast-int8", "accurate"} <= set(DETECTORS)
    assert (folder("fast") / "model.onnx").stat().st_size <= FAST_LIMIT
    package = shipped_finder().parents[1]
    assert sum(f.stat().st_size for f in package.rglob("*") if f.is_file()) < WHEEL_LIMIT


@pytest.mark.parametrize("name", DETECTORS)
def test_the_examples_are_answered_rightly(name):
    analyzer = Analyzer(name)
    real = analyzer.analyze_path(ROOT / "examples" / "collins.jpg").verdict
    fake = analyzer.analyze_path(ROOT / "examples" / "collins_blended.jpg").verdict
    assert (real.label, fake.label) == (Label.REAL, Label.FAKE)
