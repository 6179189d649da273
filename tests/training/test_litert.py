"""Networks of real size, trained a little from their ImageNet weights: what LiteRT computes is what Keras does."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from unmask.training import litert, parity
from unmask.training.architectures import build
from unmask.training.config import Architecture, RunConfig
from unmask.training.losses import compile_model, targets
from unmask.training.probes import probes
from unmask.training.serving import Intake, Serving

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
WEIGHTS = {
    "mobilenetv2": "mobilenet_v2_imagenet_notop.weights.h5",
    "mobilenet_edgetpu": "mobilenet_edgetpu_imagenet_notop.keras",
}
SIZE = 160


def _trained(name: str) -> keras.Model:
    """Three steps: enough to move every weight away from where its file had it."""
    weights = SHARED / WEIGHTS[name]
    if not weights.is_file():
        pytest.skip(f"{weights.name} is not on this machine, so the real network was not tried")
    keras.utils.set_random_seed(1)
    config = RunConfig("x", architecture=Architecture(name, SIZE, str(weights)))
    model = build(config.architecture)
    compile_model(model, config)
    images = probes(SIZE, 8).astype(np.float32)
    for _ in range(3):
        model.train_on_batch(images, targets(np.arange(8) % 2, config))
    return model


@pytest.mark.slow
@pytest.mark.parametrize("name", WEIGHTS)
def test_litert_is_keras_on_a_network_of_real_size(name):
    serving, pictures = Serving(_trained(name), Intake(SIZE)), probes(SIZE, 40)
    model = litert.convert(serving)
    assert litert.prove(model, serving, pictures) < parity.TOLERANCE
    logits = litert.run(model, pictures)["logit"]
    assert np.ptp(logits) > 0.1
