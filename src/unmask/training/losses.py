"""Config -> what the model is compiled with: optimiser, loss, and targets in the loss's form."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from unmask.errors import ConfigError
from unmask.training.config import RunConfig

OPTIMISERS = {
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
}
LOSSES = ("crossentropy", "focal")


def compile_model(model: keras.Model, config: RunConfig) -> None:
    # XLA makes TensorFlow 10 to 25 % slower on CPUs, so Keras' own choice is overruled there. JAX
    # is nothing without it.
    plain = keras.backend.backend() == "tensorflow" and not keras.distribution.list_devices("gpu")
    model.compile(optimiser(config), loss(config), jit_compile=False if plain else "auto")


def optimiser(config: RunConfig) -> keras.optimizers.Optimizer:
    o = config.optimise
    if o.optimiser not in OPTIMISERS:
        raise ConfigError(
            f"optimise.optimiser is {o.optimiser!r}; expected one of {', '.join(sorted(OPTIMISERS))}."
        )
    options = {"momentum": 0.9} if o.optimiser == "sgd" else {}
    none = 0.0 if o.optimiser == "adamw" else None  # each refuses the other's way to say so
    made = OPTIMISERS[o.optimiser](
        learning_rate=0.001,
        weight_decay=o.weight_decay or none,
        global_clipnorm=o.clip or None,
        gradient_accumulation_steps=o.accumulate if o.accumulate > 1 else None,
        **options,
    )
    if o.weight_decay:
        made.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return made


def loss(config: RunConfig) -> keras.losses.Loss:
    name, output = config.optimise.loss, config.architecture.output
    if name not in LOSSES:
        raise ConfigError(f"optimise.loss is {name!r}; expected one of {', '.join(LOSSES)}.")
    losses, focal = keras.losses, name == "focal"
    if output == "softmax":
        return losses.CategoricalFocalCrossentropy() if focal else losses.CategoricalCrossentropy()
    kind = losses.BinaryFocalCrossentropy if focal else losses.BinaryCrossentropy
    return kind(from_logits=output == "logit")


def targets(values: NDArray[np.float32], config: RunConfig) -> NDArray[np.float32]:
    """One column, or two for softmax."""
    if config.architecture.output == "softmax":
        return np.stack([1 - values, values], axis=1)
    return values[:, None]
