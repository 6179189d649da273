"""What is exported computes what Keras does, at any batch size; the gates notice when it does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from tests.training import tiny_networks as tiny

from unmask.errors import ExportMismatch
from unmask.training import detector_folder, halve, litert, onnx_graph, parity
from unmask.training.probes import probes
from unmask.training.quantize import quantize
from unmask.training.serving import Intake, Serving

PICTURES = probes(tiny.SIZE, 40)


def serving(make=tiny.nested) -> Serving:
    return Serving(tiny.shaken(make()), Intake(tiny.SIZE, "0..1"))


@pytest.fixture(scope="module")
def nested() -> tuple[Serving, bytes]:
    made = serving()
    return made, onnx_graph.convert(made)


@pytest.mark.parametrize(
    "make", [tiny.sigmoid, tiny.logit, tiny.softmax, tiny.flattened, tiny.nested, tiny.Own]
)
def test_onnx_is_keras(make):
    made = serving(make)
    proof = detector_folder.proven(onnx_graph.convert(made), made, PICTURES)
    assert proof.pictures == 40
    assert max(proof.logit, proof.answer, proof.activation_map, proof.batch) < 1e-4


def test_inputs_and_outputs_have_names_and_shapes(nested):
    model = onnx.load_from_string(nested[1])
    ends = {}
    for value in (*model.graph.input, *model.graph.output):
        dims = value.type.tensor_type.shape.dim
        ends[value.name] = [d.dim_param or d.dim_value for d in dims]
    assert ends == {"image": ["N", 32, 32, 3], "logit": ["N"], "activation_map": ["N", 13, 13]}
    assert model.graph.input[0].type.tensor_type.elem_type == onnx.TensorProto.UINT8


def changed(model: bytes, by: float) -> bytes:
    """The same graph with the weights of its last layer multiplied."""
    proto = onnx.load_from_string(model)
    tensor = next(t for t in proto.graph.initializer if list(t.dims) == [6, 1])
    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) * by, tensor.name))
    return proto.SerializeToString()


def test_a_changed_weight_does_not_pass(nested):
    made, model = nested
    with pytest.raises(ExportMismatch, match="differ"):
        detector_folder.proven(changed(model, np.float32(1.5)), made, PICTURES)


def test_a_forgotten_scaling_does_not_pass(nested):
    _, model = nested
    wrong = Serving(tiny.shaken(tiny.nested()), Intake(tiny.SIZE, "-1..1"))
    with pytest.raises(ExportMismatch, match="differ"):
        detector_folder.proven(model, wrong, PICTURES)


def test_few_pictures_prove_nothing(nested):
    made, model = nested
    with pytest.raises(ExportMismatch, match="at least 32"):
        detector_folder.proven(model, made, PICTURES[:31])


def test_a_graph_that_cannot_be_opened_is_an_export_that_failed(nested):
    with pytest.raises(ExportMismatch, match="cannot be opened"):
        detector_folder.proven(b"", nested[0], PICTURES)


def test_a_difference_that_is_not_a_number_is_no_agreement():
    assert parity.difference(np.float32([np.nan]), np.float32([0])) == np.inf
    assert parity.difference(np.zeros(2, np.float32), np.zeros(3, np.float32)) == np.inf
    assert parity.difference(np.float32([101]), np.float32([100])) == pytest.approx(0.01)


def wide() -> Serving:
    """Enough weights in one layer to be worth storing in half the bytes."""
    import keras

    image = keras.Input((32, 32, 3))
    x = keras.layers.Conv2D(64, 3, strides=4, activation="relu")(image)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return Serving(tiny.shaken(keras.Model(image, keras.layers.Dense(1)(x))), Intake(32, "0..1"))


def test_half_the_bytes_and_nearly_the_same_logits():
    model = onnx_graph.convert(wide())
    half, moved = halve.halve(model, PICTURES)
    assert len(half) < 0.75 * len(model)
    assert 0 < moved < halve.TOLERANCE


def test_weights_that_do_not_bear_halving_are_refused(monkeypatch):
    monkeypatch.setattr(halve, "TOLERANCE", 1e-9)
    with pytest.raises(ExportMismatch, match="16 bits"):
        halve.halve(onnx_graph.convert(wide()), PICTURES)


def test_weights_beyond_float16_stay_as_they_are():
    assert not halve._fits(np.float32([1e6]))
    assert halve._fits(np.float32([-60000]))


def test_the_int8_twin_ranks_pictures_alike(nested):
    _, model = nested
    faces = np.concatenate([PICTURES] * 3)
    twin = quantize(model, faces)
    kinds = {t.data_type for t in onnx.load_from_string(twin).graph.initializer}
    assert onnx.TensorProto.INT8 in kinds
    with detector_folder.opened(model) as a, detector_folder.opened(twin) as b:
        left, right = (s.run({"image": PICTURES})["logit"] for s in (a, b))
    assert np.corrcoef(left, right)[0, 1] > 0.98


def test_too_few_faces_show_no_range(nested):
    with pytest.raises(ExportMismatch, match="at least 100"):
        quantize(nested[1], PICTURES)


def test_litert_is_keras(nested):
    made, _ = nested
    model = litert.convert(made)
    assert litert.prove(model, made, PICTURES[:8]) < parity.TOLERANCE
    wrong = Serving(tiny.shaken(tiny.nested(), seed=2), Intake(tiny.SIZE, "0..1"))
    with pytest.raises(ExportMismatch, match="LiteRT"):
        litert.prove(model, wrong, PICTURES[:8])


def test_probes_are_the_same_every_time_and_all_different():
    again = probes(tiny.SIZE, 40)
    assert (again == PICTURES).all()
    assert len({picture.tobytes() for picture in again}) == 40
    assert Path(probes.__code__.co_filename).with_name("portrait.jpg").is_file()
