"""A model that reads its weights from elsewhere is recognised, however deep it hides that."""

from __future__ import annotations

import contextlib
import hashlib

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from unmask.errors import DetectorDamaged
from unmask.stages.detectors.model_file import check, refers_to_other_files


def tensor(external: bool) -> onnx.TensorProto:
    made = numpy_helper.from_array(np.arange(6, dtype=np.float32), "w")
    if external:
        made.ClearField("raw_data")
        made.data_location = TensorProto.EXTERNAL
        made.external_data.add(key="location", value="../../etc/passwd")
    return made


def graph(nodes=(), initializer=()) -> onnx.GraphProto:
    return helper.make_graph(list(nodes), "g", [], [], list(initializer))


def in_initializer(t):
    return helper.make_model(graph(initializer=[t]))


def in_constant(t):
    return helper.make_model(graph([helper.make_node("Constant", [], ["c"], value=t)]))


def in_branch(t):
    inner = graph([helper.make_node("Constant", [], ["c"], value=t)])
    return helper.make_model(
        graph([helper.make_node("If", ["x"], ["y"], then_branch=inner, else_branch=graph())])
    )


def in_function(t):
    node = helper.make_node("Constant", [], ["c"], value=t)
    function = helper.make_function("d", "f", [], ["c"], [node], [helper.make_opsetid("", 18)])
    return helper.make_model(graph(), functions=[function])


def in_sparse(t):
    sparse = onnx.SparseTensorProto(values=t, indices=tensor(False), dims=[9])
    made = graph()
    made.sparse_initializer.append(sparse)
    return helper.make_model(made)


@pytest.mark.parametrize("hide", [in_initializer, in_constant, in_branch, in_function, in_sparse])
@pytest.mark.parametrize("external", [True, False])
def test_external_weights_are_found(hide, external):
    assert refers_to_other_files(hide(tensor(external)).SerializeToString()) is external


@given(st.binary(max_size=300))
def test_any_bytes_give_an_answer_or_a_refusal(data):
    with contextlib.suppress(ValueError):
        assert refers_to_other_files(data) in (True, False)


def test_a_cut_off_model_is_refused(tmp_path):
    data = in_initializer(tensor(False)).SerializeToString()[:-3]
    path = tmp_path / "model.onnx"
    path.write_bytes(data)
    with pytest.raises(DetectorDamaged, match="ends too early"):
        check(path, hashlib.sha256(data).hexdigest())


def test_check_refuses_external_weights_although_the_hash_is_right(tmp_path):
    data = in_constant(tensor(True)).SerializeToString()
    path = tmp_path / "model.onnx"
    path.write_bytes(data)
    with pytest.raises(DetectorDamaged, match="other files"):
        check(path, hashlib.sha256(data).hexdigest())
