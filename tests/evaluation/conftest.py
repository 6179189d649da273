"""A data folder of coloured squares that the tiny detector can judge: the redder, the more fake."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from unmask.dataset.layouts import read_folder
from unmask.evaluation.evaluation import Settings
from unmask.evaluation.measuring import Measurement, Plan, measure
from unmask.evaluation.subject import Subject, open_subject

COUNT = 14
LEAN = {"Real": -24, "Fake": 34}
SETS = {"mixed": ("Real", "Fake"), "makers": ("Fake",), "people": ("Real",)}


def write_picture(path: Path, lean: float, side: int, rng: np.random.Generator) -> None:
    """Noise around a colour whose red exceeds its blue by `lean`."""
    pixels = rng.normal(128, 12, (side, side, 3)) + np.array([lean / 2, 0, -lean / 2])
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path, quality=90)


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(0)
    for split in ("Train", "Test"):
        for name, labels in SETS.items():
            for label in labels:
                for i in range(COUNT):
                    stem = f"maker_{i:010x}" if name == "makers" else f"{label.lower()}_{i}"
                    path = root / name / split / label / f"{stem}.jpg"
                    write_picture(path, rng.normal(LEAN[label], 30), 48 + 4 * (i % 5), rng)
    return root


@pytest.fixture(scope="session")
def subject(tiny_detector) -> Subject:
    return open_subject(tiny_detector, faces=False)


@pytest.fixture(scope="session")
def measurement(subject, data) -> Measurement:
    from unmask.evaluation.damages import SHORT

    plan = Plan(grid=SHORT, per_class=5, shortcuts=True, settings=Settings(resamples=60))
    return measure(subject, read_folder(data), plan)
