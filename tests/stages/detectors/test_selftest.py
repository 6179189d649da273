"""A self-test is read without trust and compared without mercy."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

from unmask.errors import DetectorDamaged
from unmask.stages.detectors import selftest

IMAGE = np.zeros((2, 4, 4, 3), np.uint8)
LOGIT = np.array([1.0, -20.0], np.float32)
HEAT = np.zeros((2, 2, 2), np.float32)


def recording(tolerance: float = 0.01) -> selftest.Recording:
    return selftest.Recording(IMAGE, LOGIT, HEAT, tolerance)


def test_what_is_written_is_read(tmp_path):
    selftest.write(tmp_path, recording())
    back = selftest.read(tmp_path)
    assert (back.image == IMAGE).all()
    assert (back.logit == LOGIT).all()
    assert back.tolerance == pytest.approx(0.01)


def test_the_tolerance_grows_with_the_value():
    recording().compare(LOGIT + np.float32([0.009, 0.15]), HEAT)
    with pytest.raises(DetectorDamaged):
        recording().compare(LOGIT + np.float32([0.02, 0]), HEAT)


@pytest.mark.parametrize("logit", [LOGIT[:1], LOGIT * np.nan])
def test_fewer_answers_or_no_numbers_do_not_pass(logit):
    with pytest.raises(DetectorDamaged):
        recording().compare(logit, HEAT)


def test_pickles_are_never_opened(tmp_path):
    np.savez(tmp_path / "selftest.npz", image=IMAGE, logit=np.array([{}, {}]), activation_map=HEAT)
    with pytest.raises(DetectorDamaged, match="not a self-test"):
        selftest.read(tmp_path)


def test_a_bomb_is_not_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "selftest.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("image.npy", bytes(selftest.MAX_BYTES + 1))
    with pytest.raises(DetectorDamaged, match="when unpacked"):
        selftest.read(tmp_path)


@pytest.mark.parametrize(
    "arrays",
    [
        {"image": IMAGE.astype(np.float32), "logit": LOGIT, "activation_map": HEAT},
        {"image": IMAGE, "logit": LOGIT[:1], "activation_map": HEAT},
        {"image": IMAGE, "logit": LOGIT},
        {"image": IMAGE[:0], "logit": LOGIT[:0], "activation_map": HEAT[:0]},
        {"image": IMAGE, "logit": LOGIT, "activation_map": HEAT, "tolerance": np.float32(100)},
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(tmp_path, arrays):
    np.savez(tmp_path / "selftest.npz", **arrays)
    with pytest.raises(DetectorDamaged, match="not a self-test"):
        selftest.read(tmp_path)
