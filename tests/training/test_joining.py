"""Several detectors made one: the mean of what they say, at their own sizes, with thresholds of its own."""

from __future__ import annotations

import json

import numpy as np
import onnx
import pytest
from click.testing import CliRunner
from onnx import helper, version_converter
from tests.tiny_models import detector_model, write_detector
from tests.training.conftest import write_pictures

from unmask.apps.cli.main import cli
from unmask.dataset.layouts import read_folder
from unmask.errors import ConfigError, ExportMismatch
from unmask.pixels import resize
from unmask.runtime import Session
from unmask.stages.detectors.onnx_detector import OnnxDetector
from unmask.stages.faces.whole_image import WholeImage
from unmask.training.export import Material, Plan
from unmask.training.joining import join_detectors
from unmask.training.joint_graph import Member, join
from unmask.types import Calibration, CropSpec

LEFT, RIGHT = Calibration(2.0, 0.5, "left"), Calibration(0.5, -1.0, "right")


@pytest.fixture
def folders(tmp_path):
    """One that finds red suspicious at 32 px, one that finds blue suspicious at 24."""
    return (
        write_detector(tmp_path / "red", "red", 1, CropSpec(32, 1.4), LEFT),
        write_detector(tmp_path / "blue", "blue", -1, CropSpec(24, 1.4), RIGHT),
    )


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return write_pictures(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def material(pictures):
    return Material((read_folder(pictures),), WholeImage())


def _answers(model: bytes, images, tmp_path):
    (tmp_path / "joint.onnx").write_bytes(model)
    return Session.open(tmp_path / "joint.onnx").run({"image": images})


def _smooth(count: int = 40):
    """Pictures without detail, in which the way a crop is shrunk makes no difference."""
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 256, (count, 2, 2, 3), np.uint8)
    return np.stack([resize(c, 32, 32) for c in coarse])


def test_same_size_gives_the_mean_of_calibrated_log_odds(tmp_path):
    folders = [
        write_detector(tmp_path / name, name, sign, CropSpec(32, 1.4), calibration)
        for name, sign, calibration in (("a", 1, LEFT), ("b", -1, RIGHT))
    ]
    images = np.random.default_rng(1).integers(0, 256, (5, 32, 32, 3), np.uint8)
    answer = _answers(join([Member.open(f) for f in folders]), images, tmp_path)
    lean = (images[..., 0].mean((1, 2)) - images[..., 2].mean((1, 2))) / 16
    expected = ((2.0 * lean + 0.5) + (-0.5 * lean - 1.0)) / 2
    assert answer["logit"] == pytest.approx(expected, abs=1e-4)
    assert answer["activation_map"].mean((1, 2)) == pytest.approx(answer["logit"], abs=1e-4)


def test_a_smaller_member_sees_a_smaller_crop(folders, tmp_path):
    members, images = [Member.open(f) for f in folders], _smooth()
    answer = _answers(join(members), images, tmp_path)
    small = np.stack([resize(image, 24, 24) for image in images])
    big, little = (
        Session.open(f / "model.onnx").run({"image": seen})["logit"]
        for f, seen in zip(folders, (images, small), strict=True)
    )
    expected = ((2.0 * big + 0.5) + (0.5 * little - 1.0)) / 2
    assert answer["logit"] == pytest.approx(expected, abs=0.05)
    assert answer["activation_map"].shape == (40, 4, 4)


def test_the_answer_to_one_does_not_depend_on_others(folders, tmp_path):
    model, images = join([Member.open(f) for f in folders]), _smooth(6)
    together = _answers(model, images, tmp_path)["logit"]
    alone = [_answers(model, image[None], tmp_path)["logit"][0] for image in images]
    assert together == pytest.approx(alone, abs=1e-5)


def test_a_detector_folder_of_its_own(folders, material, tmp_path):
    report = join_detectors(folders, Plan("both", "2.0.0"), material, tmp_path / "out")
    made = OnnxDetector.open(tmp_path / "out" / "both")
    made.selftest()
    assert (made.spec.name, made.spec.version) == ("both", "2.0.0")
    assert made.spec.crop == CropSpec(32, 1.4)
    assert "red 1.0.0 and blue 1.0.0" in made.spec.summary
    assert made.spec.trained_on == ("nothing",)
    assert "validation faces" in made.spec.calibration.fitted_on
    written = json.loads((tmp_path / "out" / "join.json").read_text())
    assert written["likeness"] == report["likeness"]
    assert report["likeness"]["correlation"] > 0.97


def test_members_of_another_opset_are_raised_to_it(folders, tmp_path):
    old = version_converter.convert_version(detector_model(), 17)
    assert [i.version for i in old.opset_import] == [17]
    members = [Member(OnnxDetector.open(folders[0]), old), Member.open(folders[1])]
    joint = onnx.load_from_string(join(members))
    assert [i.version for i in joint.opset_import] == [18]
    images = _smooth(4)
    same = [Member.open(f) for f in folders]
    assert _answers(join(members), images, tmp_path)["logit"] == pytest.approx(
        _answers(join(same), images, tmp_path)["logit"], abs=1e-5
    )


def test_operators_of_other_domains_stay_known(folders):
    model = detector_model()
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    member = Member(OnnxDetector.open(folders[0]), model)
    joint = onnx.load_from_string(join([member, member]))
    assert {i.domain: i.version for i in joint.opset_import} == {"": 18, "com.microsoft": 1}


def test_one_is_not_enough(folders, material, tmp_path):
    with pytest.raises(ConfigError, match="1 detectors were given; expected two or more"):
        join_detectors(folders[:1], Plan("both"), material, tmp_path / "out")


def test_one_crop_serves_all(folders, material, tmp_path):
    other = write_detector(tmp_path / "wide", "wide", crop=CropSpec(32, 2.0))
    with pytest.raises(ConfigError, match=r"different margins \(red 1.4, wide 2\)"):
        join_detectors([folders[0], other], Plan("both"), material, tmp_path / "out")


def test_a_map_without_a_size_is_refused(folders):
    model = detector_model()
    model.graph.output[1].CopyFrom(
        helper.make_tensor_value_info("activation_map", onnx.TensorProto.FLOAT, ["N", "h", "w"])
    )
    member = Member(OnnxDetector.open(folders[0]), model)
    with pytest.raises(ConfigError, match="has no fixed size"):
        join([member, member])


def test_a_joint_graph_that_says_something_else_is_not_written(
    folders, material, tmp_path, monkeypatch
):
    stranger = write_detector(tmp_path / "stranger", "stranger", -1, CropSpec(32, 1.4))
    wrong = join([Member.open(stranger)] * 2)
    monkeypatch.setattr("unmask.training.joining.join", lambda members: wrong)
    with pytest.raises(ExportMismatch, match="at a correlation of -"):
        join_detectors([folders[0]] * 2, Plan("both"), material, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_says_what_came_of_it(folders, pictures, tmp_path, monkeypatch):
    monkeypatch.setattr("unmask.training.export.OnnxFinder.shipped", WholeImage)
    out = tmp_path / "out"
    words = ["join", *map(str, folders), "--name", "both", "--data", str(pictures)]
    result = CliRunner().invoke(cli, [*words, "--out", str(out)], catch_exceptions=False)
    assert result.exit_code == 0
    assert "beside its members asked one by one: log odds" in result.output
    assert "both: 0.0 MB, ROC-AUC" in result.output
    OnnxDetector.open(out / "both").selftest()
