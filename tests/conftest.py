"""What every test may use: tiny real detectors built on the spot, a finder that knows, a portrait."""

from __future__ import annotations

import signal
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.tiny_models import write_detector

from unmask.types import Box, DecodedImage, Face

ROOT = Path(__file__).parents[1]


def pytest_configure() -> None:
    """A shell that starts the tests in the background lets them, and all they start, ignore Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class FixedFinder:
    """Finds the same faces in every picture, whatever it shows."""

    def __init__(self, *boxes: Box) -> None:
        self._faces = tuple(Face(box, 0.9) for box in boxes)

    def find(self, image: DecodedImage) -> tuple[Face, ...]:
        return self._faces


@pytest.fixture(scope="session")
def tiny_detector(tmp_path_factory) -> Path:
    """A real detector folder: the redder a face, the more it is called fake."""
    return write_detector(tmp_path_factory.mktemp("detectors") / "tiny", name="tiny")


@pytest.fixture(scope="session")
def second_detector(tmp_path_factory) -> Path:
    """Another one, which finds blue suspicious: it disagrees with `tiny`."""
    return write_detector(tmp_path_factory.mktemp("detectors") / "second", name="second", sign=-1)


@pytest.fixture
def finder() -> FixedFinder:
    return FixedFinder(Box(8, 8, 56, 56))


@pytest.fixture(scope="session")
def portrait() -> bytes:
    """A real photograph: NASA's portrait of Eileen Collins, public domain."""
    return (ROOT / "examples" / "collins.jpg").read_bytes()


def picture(colour: tuple[int, int, int] = (128, 128, 128), size: int = 64) -> np.ndarray:
    """A plain square of one colour."""
    return np.full((size, size, 3), colour, np.uint8)


def encode(pixels: np.ndarray, form: str = "PNG", **options) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, form, **options)
    return buffer.getvalue()
