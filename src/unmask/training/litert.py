"""A serving function in, a LiteRT file out for phones and the web: the same inputs and outputs as the ONNX graph."""

from __future__ import annotations

import tempfile
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmask.errors import ExportMismatch, MissingExtra
from unmask.training.parity import TOLERANCE, difference
from unmask.training.serving import Serving
from unmask.types import Pixels


def convert(serving: Serving) -> bytes:
    """Float32, batch of one picture; it is checked by `prove` before anybody uses it.

    Variables become constants first, or the file would read them from nowhere; a SavedModel keeps
    the names of the outputs.
    """
    tf, frozen = _tensorflow()
    signature = [tf.TensorSpec((1, *serving.shape), tf.uint8, name="image")]
    traced = tf.function(serving.__call__, input_signature=signature).get_concrete_function()
    fixed, names = frozen(traced), sorted(traced.structured_outputs)

    def serve(image: Any) -> dict[str, Any]:
        return dict(zip(names, fixed(image), strict=True))

    module = tf.Module()
    module.serve = tf.function(serve, input_signature=signature)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as work:
        warnings.simplefilter("ignore")
        tf.saved_model.save(module, work, signatures={"serving_default": module.serve})
        return bytes(tf.lite.TFLiteConverter.from_saved_model(work).convert())


def prove(model: bytes, serving: Serving, pictures: Pixels) -> float:
    """The largest difference of a logit from Keras; ExportMismatch when it is too large."""
    answers = run(model, pictures)
    keras = {name: np.asarray(value) for name, value in serving(pictures).items()}
    worst = max(difference(answers[name], keras[name]) for name in keras)
    if not worst < TOLERANCE:
        raise ExportMismatch(
            f"The LiteRT file differs from Keras by {worst:.3g} on {len(pictures)} pictures; less "
            f"than {TOLERANCE:g} is expected. Do not use it."
        )
    return worst


def run(model: bytes, pictures: Pixels) -> dict[str, NDArray[np.float32]]:
    """The file's answers, one picture at a time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        interpreter = _tensorflow()[0].lite.Interpreter(model_content=model, num_threads=1)
    runner = interpreter.get_signature_runner()
    answers = [_copied(runner(image=picture[None])) for picture in pictures]
    return {name: np.concatenate([answer[name] for answer in answers]) for name in answers[0]}


def _copied(answer: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """The interpreter writes the next answer over this one."""
    return {name: np.array(values) for name, values in answer.items()}


def _tensorflow() -> tuple[Any, Any]:
    try:
        import tensorflow as tf
        from tensorflow.python.framework.convert_to_constants import (
            convert_variables_to_constants_v2,
        )
    except ImportError:
        raise MissingExtra("Exporting a detector", "train") from None
    return tf, convert_variables_to_constants_v2
