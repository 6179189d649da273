"""The finder inside the package: whole, described truthfully, and it sees a drawn face."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from unmask.stages.faces import selftest
from unmask.stages.faces.finder import OnnxFinder, shipped_finder
from unmask.types import DecodedImage, Source

FOLDER = shipped_finder()


@pytest.fixture(scope="module")
def finder() -> OnnxFinder:
    return OnnxFinder.shipped()


def image(pixels: np.ndarray) -> DecodedImage:
    return DecodedImage(pixels, Source("", pixels.nbytes, "image/raw"))


def test_it_is_whole_and_small():
    names = {path.name for path in FOLDER.iterdir()}
    assert names == {"model.onnx", "finder.json", "README.md", "selftest.npz"}
    assert (FOLDER / "model.onnx").stat().st_size < 1_500_000


def test_it_computes_what_it_did_when_it_was_made(finder):
    finder.selftest()


def test_the_card_is_about_these_weights(finder):
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    sha256 = hashlib.sha256((FOLDER / "model.onnx").read_bytes()).hexdigest()
    assert sha256 == finder.spec.sha256
    assert sha256 in card
    assert f"{finder.spec.threshold:g}" in card


def test_one_square_among_many_gets_the_same_answer(finder):
    squares = selftest.read(FOLDER).image
    together = finder.candidates(squares)
    for square, answer in zip(squares, together, strict=True):
        (alone,) = finder.candidates(square[None])
        assert np.abs(alone.boxes - answer.boxes).max(initial=0) < 1e-2
        assert np.abs(alone.confidence - answer.confidence).max(initial=0) < 1e-4


def test_nothing_is_found_in_nothing(finder):
    for shade in (0, 128, 255):
        assert finder.find(image(np.full((300, 500, 3), shade, np.uint8))) == ()
