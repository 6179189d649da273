"""A serving function in, the bytes of an ONNX model with named outputs and a free batch size out."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from unmask.errors import ConfigError, ExportMismatch, MissingExtra
from unmask.training.serving import Serving

OPSET = 17


def convert(serving: Serving) -> bytes:
    """Traces the model and converts the traced graph; variables become constants on the way."""
    tf, tf2onnx, onnx = _converters()
    signature = [tf.TensorSpec((None, *serving.shape), tf.uint8, name="image")]
    function = tf.function(serving.__call__, input_signature=signature)
    with _quiet(), _unrolled(tf):
        try:
            model, _ = tf2onnx.convert.from_function(
                function,
                input_signature=signature,
                opset=OPSET,
                custom_op_handlers={"Erfc": (_erfc, [])},
            )
            onnx.checker.check_model(model)
        except Exception as error:  # tf2onnx raises whatever its rewriters trip over
            raise ExportMismatch(
                f"The model has a part that cannot be exported: {error}. "
                "Export the network without it."
            ) from error
    _name_shapes(model, serving)
    return bytes(model.SerializeToString())


@contextmanager
def _unrolled(tf: Any) -> Iterator[None]:
    """Keras compiles grouped convolutions as functions of their own, which no ONNX operator is: trace through them."""
    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)


def _erfc(graph: Any, node: Any, name: str, arguments: Any) -> None:
    """erfc(x) as 1 - erf(x): TensorFlow's exact GELU asks for the one, ONNX knows only the other."""
    from tf2onnx import utils

    node.type = "Erf"
    one = graph.make_const(utils.make_name(name), np.float32(1))
    graph.insert_new_node_on_output(
        "Sub", node.output[0], name=utils.make_name(name), inputs=[one.output[0], node.output[0]]
    )


def _converters() -> tuple[Any, Any, Any]:
    if keras.backend.backend() != "tensorflow":
        raise ConfigError(
            f"Keras runs on {keras.backend.backend()!r} here; exporting needs the TensorFlow backend. "
            "Set KERAS_BACKEND=tensorflow; .keras files of any backend load there."
        )
    try:
        with _quiet():
            import onnx
            import tensorflow as tf
            import tf2onnx
    except ImportError:
        raise MissingExtra("Exporting a detector", "train") from None
    return tf, tf2onnx, onnx


@contextmanager
def _quiet() -> Iterator[None]:
    """tf2onnx logs each conversion and uses parts of numpy and TensorFlow that warn of their end."""
    logger = logging.getLogger("tf2onnx")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _name_shapes(model: Any, serving: Serving) -> None:
    """Fixed sizes as numbers and the batch as `N`, for whoever opens the file."""
    shapes = {"image": serving.shape, "logit": (), "activation_map": serving.map_shape}
    for value in (*model.graph.input, *model.graph.output):
        shape = value.type.tensor_type.shape
        shape.ClearField("dim")
        shape.dim.add().dim_param = "N"
        for size in shapes[value.name]:
            shape.dim.add().dim_value = size
