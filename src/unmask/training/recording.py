"""A Keras model run once on a symbolic input -> what every layer was given and gave, to build on.

Keras lets nobody look inside nested models in one way that works for all of them. So each layer's
`call` is wrapped while the model is traced: Functional, Sequential, nested and own models alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras


@dataclass(frozen=True)
class Call:
    layer: keras.Layer
    given: Any
    gave: Any


@dataclass
class Recording:
    """Every call of a layer without layers inside, in order."""

    calls: list[Call] = field(default_factory=list)

    def that_gave(self, tensor: Any, before: int | None = None) -> tuple[int, Call] | None:
        """The call that made this very tensor, and its place; layers that pass a tensor on share it."""
        places = range(len(self.calls) if before is None else before)
        return next(
            ((i, self.calls[i]) for i in reversed(places) if self.calls[i].gave is tensor), None
        )

    def last_map(self) -> Any | None:
        """The last output with rows and columns."""
        maps = [c.gave for c in self.calls if _is_map(c.gave)]
        return maps[-1] if maps else None


@contextmanager
def recording(model: keras.Model) -> Iterator[Recording]:
    """While this is open, calling the model fills the recording."""
    record, layers = Recording(), _leaves(model)
    for layer in layers:
        _wrap(layer, record)
    try:
        yield record
    finally:
        for layer in layers:
            del layer.call


def run(model: keras.Model, inputs: Any) -> tuple[Any, Recording]:
    """`training=False` is passed on purpose: Random* and Resizing layers otherwise train."""
    with recording(model) as record:
        return model(inputs, training=False), record


def _leaves(model: keras.Model) -> list[keras.Layer]:
    found = list(model._flatten_layers(include_self=True, recursive=True))
    return [x for x in found if len(list(x._flatten_layers(include_self=True))) == 1]


def _wrap(layer: keras.Layer, record: Recording) -> None:
    original = layer.call

    def call(*args: Any, **kwargs: Any) -> Any:
        gave = original(*args, **kwargs)
        given = args[0] if args else next(iter(kwargs.values()), None)
        record.calls.append(Call(layer, given, gave))
        return gave

    layer.call = call


def _is_map(tensor: Any) -> bool:
    shape = getattr(tensor, "shape", ())
    return len(shape) == 4 and None not in shape[1:3] and shape[1] * shape[2] > 1
