"""The same photograph is found in two splits although it was framed, sized and saved anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from unmask.apps.cli.main import run
from unmask.dataset.layouts import read_folder
from unmask.training.copies import copies
from unmask.training.crop_store import CropStore, build_store
from unmask.types import Box

SIDE = 300
FACE = (90, 80, 210, 220)


def photograph(seed: int) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def framed(image: Image.Image, left: int, top: int, side: int, to: int) -> tuple[Image.Image, Box]:
    """A piece of the picture at another size, and where the face is in it."""
    scale = to / side
    box = Box(*(scale * (v - o) for v, o in zip(FACE, (left, top) * 2, strict=True)))
    return image.crop((left, top, left + side, top + side)).resize((to, to)), box


@pytest.fixture
def store(tmp_path) -> CropStore:
    """Eight photographs: number 3 stands in Train and, cut out of it and grey, in Test."""
    root, boxes = tmp_path / "set", {}
    for number in range(8):
        split = "Train" if number < 6 else "Validation"
        folder = root / split / ("Real", "Fake")[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        photograph(number).save(folder / f"{number}.png")
        boxes[f"{number}.png"] = Box(*map(float, FACE))
    test = root / "Test" / "Fake"
    test.mkdir(parents=True)
    piece, boxes["cut.jpg"] = framed(photograph(3), 40, 30, 220, 160)
    piece.convert("L").save(test / "cut.jpg", quality=60)
    manifest = read_folder(root)
    boxed = manifest.with_entries(
        replace(entry, box=boxes[entry.path.rsplit("/", 1)[-1]]) for entry in manifest
    )
    return build_store(tmp_path / "store", [boxed], finder=None)


def test_a_face_cut_out_of_a_train_picture_is_found(store):
    assert [entry.path.rsplit("/", 1)[-1] for entry in copies(store)] == ["3.png"]


def test_the_command_adds_to_the_list(store, tmp_path, capsys):
    listed = tmp_path / "out.txt"
    listed.write_text("other/Train/Real/1.jpg\n")
    assert run(["data", "copies", str(store.folder), "--leave-out", str(listed)]) == 0
    names = listed.read_text().splitlines()
    assert len(names) == 2
    assert names[0] == "other/Train/Real/1.jpg"
    assert names[1].endswith("Train/Fake/3.png")
    assert "1 Train faces are copies, 1 of them not listed before" in capsys.readouterr().err
