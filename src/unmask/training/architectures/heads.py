"""A feature map -> the answer: pooling, dense layers and the last step, as the configuration says."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from unmask.errors import ConfigError
from unmask.training.architectures.own import attended
from unmask.training.config import Architecture

POOLINGS = {"average": layers.GlobalAveragePooling2D, "max": layers.GlobalMaxPooling2D}
OUTPUTS = {"logit": (1, "linear"), "sigmoid": (1, "sigmoid"), "softmax": (2, "softmax")}


def head(features: keras.KerasTensor, config: Architecture) -> keras.KerasTensor:
    x = layers.Activation("linear", name="features")(features)
    x = _of(POOLINGS, config.pooling, "architecture.pooling")(name="pool")(x)
    return answer(x, config)


def merged(maps: list[keras.KerasTensor], config: Architecture) -> keras.KerasTensor:
    """Two scales: each attended and pooled by itself, then judged together; the coarser one is mapped."""
    fine, coarse = attended(maps[0], "fine"), attended(maps[1], "coarse")
    coarse = layers.Activation("linear", name="features")(coarse)
    pool = _of(POOLINGS, config.pooling, "architecture.pooling")
    return answer(
        layers.Concatenate(name="scales")([pool()(fine), pool(name="pool_coarse")(coarse)]), config
    )


def answer(x: keras.KerasTensor, config: Architecture) -> keras.KerasTensor:
    """Dense layers with a dropout behind each; without dense layers one dropout before the logit."""
    if config.batch_norm:
        x = layers.BatchNormalization(name="pool_bn")(x)
    for i, units in enumerate(config.units):
        x = layers.Dense(units, activation="relu", name=f"dense{i}")(x)
        x = layers.Dropout(_dropout(config, i), name=f"dropout{i}")(x)
    if not config.units:
        x = layers.Dropout(_dropout(config, 0), name="dropout")(x)
    units, activation = _of(OUTPUTS, config.output, "architecture.output")
    # float32 whatever the policy: a half-precision logit would cost calibration.
    x = layers.Dense(units, name="logit", dtype="float32")(x)
    return layers.Activation(activation, name="answer", dtype="float32")(x)


def _dropout(config: Architecture, i: int) -> float:
    return config.dropout[i] if i < len(config.dropout) else 0.0


def _of(table: dict[str, Any], key: str, where: str) -> Any:
    if key not in table:
        raise ConfigError(f"{where} is {key!r}; expected one of {', '.join(sorted(table))}.")
    return table[key]
