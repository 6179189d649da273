"""Small generated pictures with a planted difference: fakes carry a fine stripe that real ones lack."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from unmask.dataset.layouts import read_folder
from unmask.training.config import RunConfig, parse_config
from unmask.training.crop_store import CropStore, build_store
from unmask.types import Box

SIDE = 96
FACE = Box(24, 24, 72, 72)
COUNTS = {"Train": 40, "Validation": 20}


def picture(rng: np.random.Generator, fake: bool) -> Image.Image:
    """A smooth random field; the stripe of a fake is weak but everywhere."""
    coarse = rng.integers(60, 200, size=(6, 6, 3), dtype=np.uint8)
    field = np.asarray(Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    stripe = 14 * ((np.arange(SIDE) // 8) % 2 * 2 - 1) if fake else np.zeros(SIDE)
    return Image.fromarray(np.clip(field + stripe[None, :, None], 0, 255).astype(np.uint8))


def write_pictures(root: Path, sets: tuple[str, ...] = ("north", "south")) -> Path:
    rng = np.random.default_rng(5)
    for name in sets:
        for split, count in COUNTS.items():
            for label in ("Real", "Fake"):
                folder = root / name / split / label
                folder.mkdir(parents=True)
                for i in range(count):
                    picture(rng, label == "Fake").save(folder / f"{i:03}.png")
    return root


@pytest.fixture(scope="session")
def store(tmp_path_factory) -> CropStore:
    root = write_pictures(tmp_path_factory.mktemp("sets"))
    manifest = read_folder(root)
    boxed = manifest.with_entries(replace(entry, box=FACE) for entry in manifest)
    return build_store(tmp_path_factory.mktemp("store"), [boxed], finder=None, workers=1)


@pytest.fixture(scope="session")
def config() -> RunConfig:
    """The plain network on 32 px: an epoch takes a second."""
    return parse_config(
        {
            "name": "small",
            "architecture": {"name": "cnn", "size": 32, "dropout": [0.1]},
            "data": {"margin": 1.5, "margin_low": 1.4, "margin_high": 1.6, "workers": 0},
            "optimise": {"batch": 16, "steps_per_epoch": 20, "average": 0.5},
            "phases": [{"epochs": 3, "rate": 0.003}],
        }
    )
