"""What ships opens, proves itself, fits into the wheel, and answers the pictures in examples/ rightly."""

from __future__ import annotations

import zlib

import pytest
from tests.conftest import ROOT

from unmask import Analyzer, Label
from unmask.catalogue import describe, folder, verify
from unmask.stages.faces.finder import OnnxFinder, shipped_finder
from unmask.types import DEFAULT_DETECTOR

DETECTORS = sorted(path.parent.name for path in shipped_finder().parent.glob("*/detector.json"))
WHEEL_LIMIT = 30_000_000
DEFAULT_LIMIT = 10_000_000


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


def test_the_default_and_its_relatives_ship_and_are_small():
    assert {DEFAULT_DETECTOR, "accurate", "fast", "fast-int8"} == set(DETECTORS)
    assert (folder(DEFAULT_DETECTOR) / "model.onnx").stat().st_size <= DEFAULT_LIMIT
    files = [f for f in shipped_finder().parents[1].rglob("*") if f.is_file()]
    packed = [len(zlib.compress(f.read_bytes())) for f in files if f.suffix != ".pyc"]
    assert sum(packed) < WHEEL_LIMIT


@pytest.mark.parametrize("name", DETECTORS)
def test_the_examples_are_answered_rightly(name):
    analyzer = Analyzer(name)
    real = analyzer.analyze_path(ROOT / "examples" / "collins.jpg").verdict
    fake = analyzer.analyze_path(ROOT / "examples" / "collins_blended.jpg").verdict
    assert (real.label, fake.label) == (Label.REAL, Label.FAKE)
