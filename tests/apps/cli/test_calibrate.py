"""`unmask calibrate` makes a copy whose probabilities are nearer the truth, and leaves the original alone."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from unmask import catalogue


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch, tiny_detector):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    catalogue.install(tiny_detector)


@pytest.fixture
def pictures(tmp_path):
    """Redder pictures are oftener fake, but by far not as surely as the tiny detector claims."""
    rng = np.random.default_rng(3)
    for i in range(160):
        lean = rng.normal(0, 60)
        fake = rng.random() < 1 / (1 + np.exp(-lean / 40))
        pixels = np.full((40, 40, 3), 128, np.uint8)
        pixels[..., 0] = np.clip(128 + lean / 2, 0, 255)
        pixels[..., 2] = np.clip(128 - lean / 2, 0, 255)
        folder = tmp_path / "mine" / ("fake" if fake else "real")
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / f"{i}.png")
    return tmp_path / "mine"


def figures(out: str) -> dict[str, tuple[float, float]]:
    rows = [line.rsplit(maxsplit=2) for line in out.splitlines()]
    names = ("calibration error", "Brier score", "log loss")
    return {r[0]: (float(r[1]), float(r[2])) for r in rows if len(r) == 3 and r[0] in names}


def test_probabilities_come_nearer_the_truth(unmask, pictures):
    answer = unmask("calibrate", "tiny", "--data", pictures, "--whole-picture")
    assert answer.code == 0, answer.err
    told = figures(answer.out)
    assert set(told) == {"calibration error", "Brier score", "log loss"}
    for before, after in told.values():
        assert after < before


def test_the_copy_is_whole_and_the_original_untouched(unmask, pictures):
    before = catalogue.describe("tiny")
    unmask("calibrate", "tiny", "--data", pictures, "--whole-picture", "--name", "newsroom")
    assert catalogue.describe("tiny") == before
    catalogue.verify("newsroom")
    made = catalogue.describe("newsroom")
    assert made.sha256 == before.sha256
    assert "faces of: mine" in made.calibration.fitted_on
    card = (catalogue.folder("newsroom") / "README.md").read_text()
    assert card.startswith("# newsroom")


def test_pictures_for_training_and_testing_are_not_used(unmask, pictures, tmp_path):
    root = tmp_path / "split"
    for split in ("Train", "Test"):
        (root / split).mkdir(parents=True)
        for label in ("real", "fake"):
            (root / split / label).symlink_to(pictures / label)
    answer = unmask("calibrate", "tiny", "--data", root, "--whole-picture")
    assert answer.code != 0
    assert "Validation" in answer.err


def test_too_few_pictures_are_refused(unmask, pictures):
    for label in ("real", "fake"):
        for path in sorted((pictures / label).iterdir())[5:]:
            path.unlink()
    answer = unmask("calibrate", "tiny", "--data", pictures, "--whole-picture")
    assert answer.code != 0
    assert "at least 10" in answer.err
