"""Architecture (config) -> the network, ready to train."""

from __future__ import annotations

import keras
from keras import layers

from unmask.errors import ConfigError
from unmask.training.architectures.backbones import BODIES, Body
from unmask.training.architectures.heads import head, merged
from unmask.training.config import Architecture


def names() -> tuple[str, ...]:
    return tuple(sorted(BODIES))


def build(config: Architecture) -> keras.Model:
    """A body from the table with the head the configuration asks for."""
    if config.name not in BODIES:
        raise ConfigError(
            f"architecture.name is {config.name!r}; expected one of {', '.join(names())}."
        )
    image = keras.Input((config.size, config.size, 3), name="image")
    body = BODIES[config.name].make(config.size, config.weights)
    body.name = "body"
    x = body(scaled(image, BODIES[config.name]))
    answer = merged(x, config) if isinstance(x, list | tuple) else head(x, config)
    return keras.Model(image, answer, name=config.name)


def scaled(image: keras.KerasTensor, body: Body) -> keras.KerasTensor:
    if body.reverse:
        image = image[..., ::-1]
    return layers.Rescaling(body.scale, body.offset, name="scaling")(image)
