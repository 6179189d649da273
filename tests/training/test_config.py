"""Configurations: every shipped one is read, every change is typed, every unknown key is named with its neighbour."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmask.errors import ConfigError
from unmask.training.config import load_config, parse_config

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))
PROMISED = {
    "cnn",
    "convnext_tiny",
    "deep",
    "deep_developed",
    "deep_further",
    "efficientnetb0",
    "efficientnetv2b0",
    "fast",
    "fast_developed",
    "fast_further",
    "fast_last",
    "fast_wide",
    "fast_wide_developed",
    "mobilenetv2",
    "mobilenetv2_attention",
    "mobilenetv2_maxpool",
    "resnet50",
    "vgg16",
    "vit_tiny",
    "xception",
}


def test_every_promised_configuration_is_there():
    assert {path.stem for path in CONFIGS} == PROMISED


@pytest.mark.parametrize("path", CONFIGS, ids=lambda p: p.stem)
def test_shipped_configurations_are_read_short_and_commented(path):
    config = load_config(path)
    lines = path.read_text().splitlines()
    assert config.name == path.stem
    assert lines[0].startswith("# ")
    assert len(lines) <= 45


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text("seed: 3\nphases:\n  - {epochs: 2, rate: 3e-4}\n")
    return path


def test_numbers_that_yaml_reads_as_text_are_numbers(file):
    assert load_config(file).phases[0].rate == pytest.approx(3e-4)


def test_changes_reach_inside(file):
    changes = (
        "data.margin=1.7",
        "phases.0.epochs=4",
        "architecture.units=[8, 4]",
        "data.weights={a: 2}",
        "architecture.start=",
    )
    config = load_config(file, changes)
    assert config.architecture.start == ""
    assert (config.data.margin, config.phases[0].epochs) == (1.7, 4)
    assert (config.architecture.units, config.data.weights) == ((8, 4), {"a": 2.0})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("sede=1", "Did you mean 'seed'"),
        ("optimise.optimizer=adam", "Did you mean 'optimise.optimiser'"),
        ("phases.0.epoch=1", "Did you mean 'phases.0.epochs'"),
        ("seed=1.5", "seed is 1.5; expected int"),
        ("seed=true", "seed is True; expected int"),
        ("keep.h5=1", "expected bool"),
        ("seed=", "seed is ''"),
        ("optimise.remember=0.5", "nothing to remember"),
        ("seed", "expected key=value"),
        ("seed.deep=1", "'seed' holds a plain value"),
        ("phases.7.rate=1", "phases.7.rate"),
        ("architecture=big", "architecture holds 'big'|architecture. holds 'big'"),
    ],
)
def test_what_is_wrong_is_named(file, change, said):
    with pytest.raises(ConfigError, match=said):
        load_config(file, (change,))


def test_a_missing_or_broken_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="does not exist"):
        load_config(tmp_path / "none.yaml")
    (tmp_path / "broken.yaml").write_text("a: [")
    with pytest.raises(ConfigError, match="not YAML"):
        load_config(tmp_path / "broken.yaml")
    (tmp_path / "list.yaml").write_text("- 1")
    with pytest.raises(ConfigError, match="expected keys with values"):
        load_config(tmp_path / "list.yaml")


def test_a_configuration_survives_being_written_down():
    config = parse_config({"name": "x", "data": {"weights": {"a": 1}}, "phases": [{"train": "12"}]})
    assert parse_config(config.to_dict()) == config
