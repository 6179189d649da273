"""Training for real, briefly: it learns, it repeats itself, and a killed run ends like one that was not."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import keras
import numpy as np
import pytest

from unmask.errors import ConfigError, EmptyDataset
from unmask.training.config import Data, Optimise, Phase
from unmask.training.loop import Trainer, learn, train
from unmask.training.run_folder import RunFolder
from unmask.training.runs import open_run

STEPS = 20


def _history(folder) -> list[dict[str, str]]:
    with (folder / "history.csv").open() as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def finished(store, config, tmp_path_factory):
    return train(config, store, tmp_path_factory.mktemp("runs") / "small").path


def test_it_finds_the_planted_difference(finished):
    assert float(_history(finished)[-1]["auc"]) >= 0.95


def test_the_run_folder_holds_everything_under_plain_names(finished):
    expected = {
        "architecture.json",
        "best.keras",
        "checkpoint",
        "config.json",
        "curves.png",
        "environment.json",
        "final.keras",
        "history.csv",
        "metrics.csv",
        "metrics.json",
        "summary.md",
        "tensorboard",
        "times.csv",
        "validation_scores.csv",
        "validation_scores.png",
    }
    assert {p.name for p in finished.iterdir()} == expected


def test_the_figures_are_those_of_the_best_weights(finished, store, config):
    best = max(float(row["auc_pool"]) for row in _history(finished))
    said = json.loads((finished / "metrics.json").read_text())["all"]["roc_auc"]["value"]
    assert said == pytest.approx(best, abs=0.02)
    assert f"{said:.3f}" in (finished / "summary.md").read_text()


class _Killed(Exception):
    pass


def test_a_killed_run_goes_on_to_the_same_end(finished, store, config, tmp_path):
    def die(step: int, steps: int, loss: float) -> None:
        if step == STEPS + 5:
            raise _Killed

    with pytest.raises(_Killed):
        train(config, store, tmp_path / "run", die)
    assert len(_history(tmp_path / "run")) == 1
    train(config, store, tmp_path / "run")
    assert (tmp_path / "run/history.csv").read_bytes() == (finished / "history.csv").read_bytes()
    first, second = (
        keras.saving.load_model(folder / "final.keras", compile=False).get_weights()
        for folder in (finished, tmp_path / "run")
    )
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_another_seed_gives_another_run(finished, store, config, tmp_path):
    config = replace(config, seed=8, phases=(Phase(epochs=1, rate=0.003),))
    train(config, store, tmp_path / "run")
    assert _history(tmp_path / "run")[0]["loss"] != _history(finished)[0]["loss"]


def test_a_folder_of_another_run_is_refused(store, config, tmp_path):
    RunFolder(tmp_path).begin(config, store.fingerprint())
    with pytest.raises(ConfigError, match="seed"):
        RunFolder(tmp_path).begin(replace(config, seed=9), store.fingerprint())
    with pytest.raises(ConfigError, match="the pictures"):
        RunFolder(tmp_path).begin(config, "0" * 64)


def test_a_run_may_be_made_shorter_and_both_plans_are_kept(store, config, tmp_path):
    RunFolder(tmp_path).begin(config, store.fingerprint())
    shorter = replace(config, phases=(Phase(epochs=1),))
    RunFolder(tmp_path).begin(shorter, store.fingerprint())
    now = json.loads((tmp_path / "config.json").read_text())["config"]
    before = json.loads((tmp_path / "config.0.json").read_text())["config"]
    assert (now["phases"][0]["epochs"], before["phases"][0]["epochs"]) == (1, 3)


def test_a_run_from_before_an_option_existed_goes_on(config, store, tmp_path):
    """What the older plan does not name is off, and so it is in the newer one."""
    RunFolder(tmp_path).begin(config, store.fingerprint())
    file = tmp_path / "config.json"
    plan = json.loads(file.read_text(encoding="utf-8"))
    del plan["config"]["augment"]["develop"]
    file.write_text(json.dumps(plan), encoding="utf-8")
    RunFolder(tmp_path).begin(config, store.fingerprint())
    with pytest.raises(ConfigError, match="augment"):
        changed = replace(config, augment=replace(config.augment, develop=0.5))
        RunFolder(tmp_path).begin(changed, store.fingerprint())


def test_early_stopping_ends_the_run(store, config, tmp_path):
    """A rate of 0 never gets better, so the second epoch is the first without a new best."""
    optimise = replace(config.optimise, steps_per_epoch=1, stop_after=1, average=0.0)
    config = replace(config, optimise=optimise, phases=(Phase(epochs=9, rate=0.0),))
    trainer = Trainer(config, store, RunFolder(tmp_path / "run"))
    (tmp_path / "run").mkdir()
    trainer.run()
    assert trainer.progress.stopped
    assert trainer.progress.epoch < 9


def test_only_the_named_layers_learn():
    body = keras.Sequential(
        [keras.Input((4,)), *(keras.layers.Dense(4) for _ in range(3))], name="body"
    )
    image = keras.Input((4,))
    model = keras.Model(image, keras.layers.Dense(1, name="logit")(body(image)))
    for what, expected in (("head", [False] * 3), ("1", [False, False, True]), ("all", [True] * 3)):
        learn(model, Phase(train=what))
        assert [layer.trainable for layer in body.layers] == expected
        assert model.get_layer("logit").trainable


@pytest.mark.parametrize(
    "change",
    [
        {"loss": "focal", "optimiser": "adamw", "weight_decay": 0.01, "clip": 1.0},
        {"optimiser": "sgd", "accumulate": 2, "class_weights": (1.0, 2.0)},
        {"optimiser": "rmsprop", "label_smoothing": 0.1},
        {"optimiser": "adamw"},
    ],
    ids=["focal", "accumulated", "smoothed", "no-decay"],
)
@pytest.mark.parametrize("output", ["logit", "softmax"])
def test_every_loss_and_optimiser_takes_a_step(store, config, tmp_path, change, output):
    config = replace(
        config,
        architecture=replace(config.architecture, output=output),
        optimise=replace(config.optimise, batch=8, steps_per_epoch=2, **change),
        phases=(Phase(epochs=1, rate=0.01),),
    )
    trainer = Trainer(config, store, RunFolder(tmp_path))
    before = [w.copy() for w in trainer.model.get_weights()]
    trainer.run()
    assert np.isfinite(trainer.progress.history[0]["loss"])
    changed = [
        not np.array_equal(a, b) for a, b in zip(before, trainer.model.get_weights(), strict=True)
    ]
    assert any(changed)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_in_mixed_precision_it_learns_and_goes_on_after_a_kill(store, config, tmp_path, precision):
    config = replace(config, optimise=replace(config.optimise, precision=precision))

    def die(step, steps, loss):
        if step == STEPS + 2:
            raise _Killed

    try:
        whole = train(config, store, tmp_path / "whole").path
        with pytest.raises(_Killed):
            train(config, store, tmp_path / "killed", die)
        killed = train(config, store, tmp_path / "killed").path
    finally:
        keras.config.set_dtype_policy("float32")
    assert (whole / "history.csv").read_bytes() == (killed / "history.csv").read_bytes()
    assert float(_history(whole)[-1]["auc"]) >= 0.95
    inside = keras.saving.load_model(whole / "best.keras", compile=False).get_layer("body").layers
    assert precision in {layer.dtype_policy.name for layer in inside}
    assert {layer.dtype_policy.name for layer in open_run(whole).model.layers} == {"float32"}


def test_validation_needs_both_classes(store, config, tmp_path):
    class OneClass:
        items = tuple(i for i in store.items if i.entry.label == 0)
        folder = store.folder

    with pytest.raises(EmptyDataset, match="Validation"):
        Trainer(config, OneClass(), RunFolder(tmp_path))


def test_an_unknown_optimiser_is_named(store, config, tmp_path):
    config = replace(
        config, optimise=Optimise(optimiser="adan", steps_per_epoch=1), data=Data(workers=0)
    )
    with pytest.raises(ConfigError, match="adamw"):
        Trainer(config, store, RunFolder(tmp_path)).run()
