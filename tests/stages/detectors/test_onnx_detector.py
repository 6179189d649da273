"""A detector folder is opened only when whole, and scores what it should."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from unmask.errors import DetectorDamaged, InferenceFailed
from unmask.stages.detectors import selftest
from unmask.stages.detectors.onnx_detector import OnnxDetector
from unmask.types import Box, Crop, Face

FACE = Face(Box(0, 0, 16, 16), 1.0)


def grey(value: int, side: int = 16) -> Crop:
    return Crop(np.full((side, side, 3), value, np.uint8), FACE)


@pytest.fixture
def folder(tmp_path, make_detector):
    return make_detector(tmp_path / "bright")


def test_scores_are_the_networks_own(folder):
    scores = OnnxDetector.open(folder).score([grey(144), grey(112)])
    assert [s.logit for s in scores] == [1.0, -1.0]
    assert [s.detector for s in scores] == ["bright", "bright"]
    assert scores[0].activation_map.shape == (16, 16)


def test_no_crops_no_scores(folder):
    assert OnnxDetector.open(folder).score([]) == ()


def test_a_score_does_not_depend_on_its_neighbours(folder):
    rng = np.random.default_rng(7)
    crops = [Crop(rng.integers(0, 256, (16, 16, 3), np.uint8), FACE) for _ in range(9)]
    detector = OnnxDetector.open(folder)
    together = [s.logit for s in detector.score(crops)]
    assert together == [detector.score([c])[0].logit for c in crops]


def test_one_detector_serves_many_threads(folder):
    detector = OnnxDetector.open(folder)
    values = list(range(0, 256, 5))
    with ThreadPoolExecutor(8) as pool:
        logits = list(pool.map(lambda v: detector.score([grey(v)])[0].logit, values))
    assert logits == [(v - 128) / 16 for v in values]


@pytest.mark.parametrize(
    "pixels", [np.zeros((8, 8, 3), np.uint8), np.zeros((16, 16, 3), np.float32)]
)
def test_a_crop_of_another_kind_is_refused(folder, pixels):
    with pytest.raises(InferenceFailed, match=r"uint8 \(16, 16, 3\)"):
        OnnxDetector.open(folder).score([Crop(pixels, FACE)])


@pytest.mark.parametrize("file", ["model.onnx", "detector.json"])
def test_a_missing_file_is_named(folder, file):
    (folder / file).unlink()
    with pytest.raises(DetectorDamaged, match=file):
        OnnxDetector.open(folder)


def test_one_changed_byte_is_noticed(folder):
    path = folder / "model.onnx"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(DetectorDamaged, match="hash"):
        OnnxDetector.open(folder)


def test_bytes_that_are_no_network_are_refused_even_with_the_right_hash(tmp_path, make_detector):
    with pytest.raises(DetectorDamaged, match=r"model\.onnx"):
        OnnxDetector.open(make_detector(tmp_path / "odd", model=b"\x0b not a network"))


def test_other_outputs_are_refused(tmp_path, make_detector):
    import onnx
    from onnx import TensorProto, helper

    graph = helper.make_graph(
        [helper.make_node("Identity", ["image"], ["out"])],
        "g",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", 16, 16, 3])],
        [helper.make_tensor_value_info("out", TensorProto.UINT8, ["N", 16, 16, 3])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model)
    with pytest.raises(DetectorDamaged, match="logit"):
        OnnxDetector.open(make_detector(tmp_path / "x", model=model.SerializeToString()))


def test_the_selftest_passes_on_a_whole_detector(folder):
    OnnxDetector.open(folder).selftest()


def test_the_selftest_notices_other_answers(folder):
    recording = selftest.read(folder)
    changed = selftest.Recording(
        recording.image, recording.logit + np.float32(0.1), recording.activation_map
    )
    selftest.write(folder, changed)
    with pytest.raises(DetectorDamaged, match="logit is off"):
        OnnxDetector.open(folder).selftest()


def test_the_selftest_needs_its_file(folder):
    (folder / "selftest.npz").unlink()
    with pytest.raises(DetectorDamaged, match=r"selftest\.npz is missing"):
        OnnxDetector.open(folder).selftest()


def test_a_description_with_another_key_is_refused(folder):
    path = folder / "detector.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "weights_url": "x"}))
    with pytest.raises(DetectorDamaged, match="weights_url"):
        OnnxDetector.open(folder)
