"""unmask train: a run by hand from start to finish, the contact sheet, and mistakes with their way out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image
from tests.training.conftest import FACE, write_pictures

from unmask.apps.cli.train import train
from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import write_manifest
from unmask.errors import ConfigError

CONFIG = """
architecture: {name: cnn, size: 32}
data: {workers: 0}
optimise: {batch: 8, steps_per_epoch: 2}
phases: [{epochs: 2, rate: 0.003}]
keep: {tensorboard: false}
"""


@pytest.fixture
def place(tmp_path) -> Path:
    (tmp_path / "tiny.yaml").write_text(CONFIG)
    manifest = read_folder(write_pictures(tmp_path / "sets", ("one",)))
    boxed = manifest.with_entries(replace(entry, box=FACE) for entry in manifest)
    write_manifest(boxed, tmp_path / "sets" / "manifest.csv")
    return tmp_path


def _run(place: Path, *more: str):
    arguments = [
        "--config",
        place / "tiny.yaml",
        "--data",
        place / "sets",
        "--store",
        place / "crops",
    ]
    return CliRunner().invoke(train, [str(a) for a in (*arguments, "--out", place / "run", *more)])


def test_it_cuts_trains_and_says_where_the_run_lies(place):
    result = _run(place, "--set", "seed=5")
    assert result.exit_code == 0, result.output
    assert "summary.md" in result.output
    assert (place / "run" / "best.keras").is_file()
    assert '"seed": 5' in (place / "run" / "config.json").read_text()


def test_the_contact_sheet_is_drawn_without_training(place):
    result = _run(place, "--contact-sheet", str(place / "sheet.png"))
    assert result.exit_code == 0, result.output
    with Image.open(place / "sheet.png") as sheet:
        assert sheet.size == (8 * 38, 38)
    assert not (place / "run").exists()


def test_an_unknown_key_names_its_neighbour(place):
    result = _run(place, "--set", "augment.roation=3")
    assert isinstance(result.exception, ConfigError)
    assert "augment.rotation" in str(result.exception)


def test_without_pictures_and_store_it_says_what_to_give(place):
    result = CliRunner().invoke(
        train, ["--config", str(place / "tiny.yaml"), "--store", str(place / "none")]
    )
    assert isinstance(result.exception, ConfigError)
    assert "--data" in str(result.exception)
