"""Small made folders of pictures; the shared sets only where the machine has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SHARED = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture
def tree(tmp_path):
    """Makes empty files of the given names below a folder called `set` and returns that folder."""

    def make(*names: str) -> Path:
        for name in names:
            path = tmp_path / "set" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path / "set"

    return make


@pytest.fixture
def picture():
    """Saves a made-up picture of blots, the same for the same seed, and returns its path."""

    def save(path: Path, seed: int, size: int = 64, **options) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        blots(seed, size).save(path, **options)
        return path

    return save


def blots(seed: int, size: int) -> Image.Image:
    """Coarse and fine ones, the coarse ones stronger, as in photographs."""
    rng = np.random.default_rng(seed)
    layers = [
        Image.fromarray(rng.integers(0, 256, (n, n, 3), dtype=np.uint8)).resize(
            (size, size), Image.Resampling.BICUBIC
        )
        for n in (6, 24)
    ]
    return Image.blend(*layers, 0.3)


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the shared pictures are not on this machine ({SHARED})")
    return SHARED
