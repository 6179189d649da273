"""Sessions open what is a network, run it, and say clearly what went wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from unmask.errors import DetectorDamaged, InferenceFailed
from unmask.runtime import Session


@pytest.fixture
def doubling(tmp_path: Path) -> Path:
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "x"], ["twice"])],
        "doubling",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2])],
        [helper.make_tensor_value_info("twice", TensorProto.FLOAT, ["n", 2])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, tmp_path / "doubling.onnx")
    return tmp_path / "doubling.onnx"


def test_it_runs_and_names_what_it_takes_and_gives(doubling):
    session = Session.open(doubling)
    assert (session.inputs, session.outputs) == (("x",), ("twice",))
    out = session.run({"x": np.array([[1, 2], [3, 4]], np.float32)})
    assert out["twice"].tolist() == [[2, 4], [6, 8]]


def test_onnx_runtime_keeps_nothing_about_its_user_and_sends_nothing(doubling, tmp_path):
    """It would leave a device number and a queue of events in the home folder."""
    home = tmp_path / "home"
    home.mkdir()
    code = "import sys, pathlib, unmask.runtime as r; r.Session.open(pathlib.Path(sys.argv[1]))"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "ORT_"))}
    subprocess.run(
        [sys.executable, "-c", code, str(doubling)],
        env={**environment, "HOME": str(home)},
        check=True,
    )
    assert list(home.rglob("*")) == []


def test_many_threads_may_run_one_session(doubling):
    session = Session.open(doubling, threads=2)
    inputs = [np.full((3, 2), i, np.float32) for i in range(40)]
    with ThreadPoolExecutor(4) as pool:
        outs = list(pool.map(lambda x: session.run({"x": x})["twice"], inputs))
    assert all((out == 2 * x).all() for x, out in zip(inputs, outs, strict=True))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DetectorDamaged, match=r"gone\.onnx is missing"):
        Session.open(tmp_path / "gone.onnx")


@pytest.mark.parametrize("content", [b"", b"not a network"])
def test_what_is_no_network_is_refused(tmp_path, content):
    (tmp_path / "odd.onnx").write_bytes(content)
    with pytest.raises(DetectorDamaged, match="cannot be opened"):
        Session.open(tmp_path / "odd.onnx")


@pytest.mark.parametrize(
    "feed",
    [
        {"y": np.zeros((1, 2), np.float32)},
        {"x": np.zeros((1, 3), np.float32)},
        {"x": np.zeros((1, 2), np.uint8)},
        {},
    ],
)
def test_wrong_input_says_what_came_and_what_was_expected(doubling, feed):
    with pytest.raises(InferenceFailed, match="expects: x") as told:
        Session.open(doubling).run(feed)
    assert all(name in str(told.value) for name in feed)
