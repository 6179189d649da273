"""AUC by set, the running mean of weights, event files: each against a plain independent calculation."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from unmask.training.average import EVERY, RunningMean
from unmask.training.measure import Measure, auc, rows
from unmask.training.tensorboard import write_events


def test_auc_equals_scikit_learn_with_ties_too():
    rng = np.random.default_rng(0)
    for _ in range(20):
        labels = rng.integers(0, 2, 60)
        scores = np.round(rng.normal(labels, 1.0), 1)
        assert auc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))


def test_a_set_of_one_class_meets_the_other_class_of_all_sets():
    scores = np.array([0.0, 1.0, 2.0, 3.0])
    labels, sets = np.array([0, 1, 0, 1]), np.array(["a", "a", "b", "c"])
    found = rows(scores, labels, sets)
    assert (found["auc_a"], found["auc_b"], found["auc_c"]) == (1.0, 0.5, 1.0)
    assert found["auc"] == pytest.approx((2 * 1.0 + 0.5 + 1.0) / 4), "by faces, as they are few"
    assert found["auc_pool"] == 0.75


def test_large_sets_count_alike():
    labels = np.tile([0, 1], 240)
    sets = np.array(["small"] * 80 + ["large"] * 400)
    scores = np.where(sets == "small", labels, 1 - labels).astype(float)
    assert rows(scores, labels, sets)["auc"] == pytest.approx(0.5)


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_logits_are_logits_whatever_the_head_ends_in(store, config, output):
    from unmask.training.architectures import build

    keras.utils.set_random_seed(0)
    changed = replace(config, architecture=replace(config.architecture, output=output))
    model = build(changed.architecture)
    logits = Measure(store, changed)(model), Measure(store, changed).logits(model)
    raw = model.get_layer("logit").output
    inner = keras.Model(model.input, raw if output == "sigmoid" else raw[:, 1:] - raw[:, :1])
    np.testing.assert_allclose(logits[1], Measure(store, config).logits(inner), atol=1e-4)
    assert 0 <= logits[0]["auc"] <= 1


def test_the_mean_forgets_its_start_and_is_applied_for_a_while_only():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.array([[100.0]], np.float32)])
    mean = RunningMean(model, 0.99)
    model.set_weights([np.array([[1.0]], np.float32)])
    for step in range(40 * EVERY):
        mean.follow(step)
    with mean.applied() as averaged:
        assert averaged.get_weights()[0][0, 0] == pytest.approx(1.0, abs=0.05)
    assert model.get_weights()[0][0, 0] == 1.0


def test_momentum_zero_is_the_model_itself():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    mean = RunningMean(model, 0.0)
    mean.follow(0)
    with mean.applied() as same:
        assert same is model
    assert mean.weights == []


def test_some_of_the_start_is_remembered_without_a_mean_too():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.array([[100.0]], np.float32)])
    mean = RunningMean(model, 0.0, remember=0.25)
    model.set_weights([np.array([[4.0]], np.float32)])
    with mean.applied() as kept:
        assert kept.get_weights()[0][0, 0] == pytest.approx(28.0)
    assert model.get_weights()[0][0, 0] == 4.0


def test_event_files_hold_the_history_once(tmp_path):
    """Read back by TensorFlow, which also checks every checksum."""
    history = [{"epoch": 100 * i, "loss": 0.5 - 0.1 * i, "auc_my_set": 0.8} for i in range(3)]
    write_events(tmp_path / "tb", history[:2])
    write_events(tmp_path / "tb", history)
    (file,) = (tmp_path / "tb").iterdir()
    points = [
        (event.step, value.tag, pytest.approx(value.simple_value))
        for event in _events(file)
        for value in event.summary.value
    ]
    assert points == [
        (row["epoch"], tag, row[name])
        for row in history
        for name, tag in (("loss", "loss"), ("auc_my_set", "auc/my_set"))
    ]


def _events(file):
    tf = pytest.importorskip("tensorflow", reason="TensorFlow reads the event files back")
    from tensorflow.core.util.event_pb2 import Event

    records = tf.data.TFRecordDataset(str(file)).as_numpy_iterator()
    return [Event.FromString(record) for record in records]
