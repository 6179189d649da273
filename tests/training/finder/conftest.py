"""A data folder in the layout of the real one, with drawn faces: four sets' worth in a few kilobytes."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from unmask.training.finder.drawings import drawings
from unmask.training.finder.pictures import Picture

SIDE = 128
FACE = [SIDE * (0.5 - 0.4 * 0.75), SIDE * 0.1, SIDE * (0.5 + 0.4 * 0.75), SIDE * 0.9]
"""Where `drawings` puts the one large face, without its hair."""


def face_pixels(seed: int) -> np.ndarray:
    """The same drawn face in light that differs so much that no picture counts as another's copy."""
    light = np.random.default_rng(seed).integers(0, 256, (5, 5, 3), dtype=np.uint8)
    shade = Image.fromarray(light).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return (drawings(SIDE)[2] * 0.5 + np.asarray(shade) * 0.5).astype(np.uint8)


def background_pixels(seed: int) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((160, 120), Image.Resampling.BICUBIC))


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    rows = []
    for split in ("Train", "Validation", "Test"):
        for name in ("drawn", "painted"):
            for index in range(3):
                path = f"{name}/{split}/Real/{index}.jpg"
                _save(folder / path, face_pixels(len(rows)))
                rows.append([path, SIDE, SIDE, *FACE, 0.9])
        path = f"drawn/{split}/Real/unknown.jpg"
        _save(folder / path, face_pixels(len(rows)))
        rows.append([path, SIDE, SIDE, "", "", "", "", ""])
    for index in range(24):
        path = f"backgrounds/{index:02}.jpg"
        _save(folder / path, background_pixels(index))
        rows.append([path, 160, 120, 5, 5, 30, 30, 0.7])
    with (folder / "faces.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["path", "width", "height", "left", "top", "right", "bottom", "score"])
        table.writerows(rows)
    return folder


def _save(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, quality=95)


@pytest.fixture
def portrait() -> Picture:
    return Picture(face_pixels(0), np.array([FACE], np.float32))
