"""The public door to detectors leads to the same folders as the store behind it."""

from __future__ import annotations

import pytest

from unmask import catalogue
from unmask.errors import DetectorDamaged, UnknownDetector


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def test_an_installed_detector_is_listed_described_and_whole(tiny_detector):
    assert catalogue.install(tiny_detector) == "tiny"
    assert "tiny" in catalogue.names()
    assert catalogue.describe("tiny") == catalogue.describe(tiny_detector)
    catalogue.verify("tiny")
    catalogue.selftest("tiny")


def test_damage_is_found(tiny_detector):
    catalogue.install(tiny_detector)
    (catalogue.folder("tiny") / "selftest.npz").unlink()
    for check in (catalogue.verify, catalogue.selftest):
        with pytest.raises(DetectorDamaged, match="selftest"):
            check("tiny")


def test_an_unknown_name_is_an_error():
    with pytest.raises(UnknownDetector):
        catalogue.describe("nobody")
