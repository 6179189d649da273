"""Every kind of classifier gives the logit its own answer means, and a map that explains it."""

from __future__ import annotations

import numpy as np
import pytest
from tests.training import tiny_networks as tiny

from unmask.errors import ConfigError
from unmask.training.probes import probes
from unmask.training.serving import Intake, Serving

PICTURES = probes(tiny.SIZE, 6)
ALL = [tiny.sigmoid, tiny.logit, tiny.softmax, tiny.flattened, tiny.nested, tiny.Own]


def answers(serving: Serving) -> tuple[np.ndarray, np.ndarray]:
    out = serving(PICTURES)
    return np.asarray(out["logit"], np.float64), np.asarray(out["activation_map"])


def as_model_says(model, values: np.ndarray) -> np.ndarray:
    """The chance of the second (or only) class, by Keras alone."""
    return np.asarray(model.predict(values, verbose=0), np.float64)[:, -1]


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("positive", ["fake", "real"])
def test_the_logit_is_that_of_the_models_own_answer(make, positive):
    model = tiny.shaken(make())
    serving = Serving(model, Intake(tiny.SIZE, "0..1", positive))
    said = as_model_says(model, PICTURES.astype(np.float32) / 255)
    if serving.kind != "linear":
        said = np.log(said) - np.log1p(-said)
    logits, _ = answers(serving)
    assert logits == pytest.approx(said if positive == "fake" else -said, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize(
    "make, kind",
    [
        (tiny.sigmoid, "squashed"),
        (tiny.logit, "linear"),
        (tiny.softmax, "squashed"),
        (tiny.Own, "probability"),
    ],
)
def test_it_knows_where_the_logit_came_from(make, kind):
    assert Serving(tiny.shaken(make()), Intake(tiny.SIZE)).kind == kind


@pytest.mark.parametrize(
    "values, low, high", [("0..255", 0, 255), ("0..1", 0, 1), ("-1..1", -1, 1)]
)
def test_pictures_are_scaled_as_asked(values, low, high):
    model = tiny.shaken(tiny.logit())
    scaled = PICTURES / 255 * (high - low) + low
    logits, _ = answers(Serving(model, Intake(tiny.SIZE, values)))
    assert logits == pytest.approx(
        as_model_says(model, scaled.astype(np.float32)), rel=1e-4, abs=1e-4
    )


def test_with_pooling_and_one_layer_the_map_adds_up_to_the_logit():
    logits, heat = answers(Serving(tiny.shaken(tiny.nested()), Intake(tiny.SIZE, "0..1")))
    assert heat.shape[1] > 4
    assert heat.mean(axis=(1, 2)) == pytest.approx(logits, rel=1e-4, abs=1e-4)


def test_the_map_of_a_real_answer_points_the_other_way():
    model = tiny.shaken(tiny.sigmoid())
    _, fake = answers(Serving(model, Intake(tiny.SIZE, "0..1", "fake")))
    _, real = answers(Serving(model, Intake(tiny.SIZE, "0..1", "real")))
    assert fake == pytest.approx(-real)


def test_other_heads_get_the_activity_counted_for_their_side():
    logits, heat = answers(Serving(tiny.shaken(tiny.flattened()), Intake(tiny.SIZE, "0..1")))
    assert heat.any()
    assert (heat * np.sign(logits)[:, None, None] >= 0).all()


def test_layers_that_work_at_random_rest():
    serving = Serving(tiny.shaken(tiny.flattened()), Intake(tiny.SIZE, "0..1"))
    assert (answers(serving)[0] == answers(serving)[0]).all()


def test_looking_inside_leaves_the_model_as_it_was():
    model = tiny.shaken(tiny.sigmoid())
    before = as_model_says(model, PICTURES.astype(np.float32))
    answers(Serving(model, Intake(tiny.SIZE)))
    assert "call" not in vars(model.layers[1])
    assert (as_model_says(model, PICTURES.astype(np.float32)) == before).all()


def test_a_probability_of_0_or_1_stays_finite():
    model = tiny.shaken(tiny.Own(last=lambda x: 0 * x + 1))
    assert np.isfinite(answers(Serving(model, Intake(tiny.SIZE)))[0]).all()


@pytest.mark.parametrize(
    "values, positive, size", [("0..2", "fake", 32), ("0..1", "1", 32), ("0..1", "fake", 8)]
)
def test_an_intake_that_makes_no_sense_is_refused(values, positive, size):
    with pytest.raises(ConfigError):
        Intake(size, values, positive)


@pytest.mark.parametrize("units, activation", [(3, "softmax"), (1, "tanh")])
def test_another_kind_of_answer_is_refused(units, activation):
    import keras

    model = keras.Sequential(
        [
            keras.layers.InputLayer(shape=(32, 32, 3)),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(units, activation=activation),
        ]
    )
    with pytest.raises(ConfigError, match="expected"):
        Serving(model, Intake(32))
