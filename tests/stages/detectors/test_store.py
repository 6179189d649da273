"""Detectors are found by name or path; installing is all or nothing and never reaches outside."""

from __future__ import annotations

import json

import numpy as np
import pytest

from unmask.errors import ConfigError, DetectorDamaged, UnknownDetector
from unmask.stages.detectors import selftest
from unmask.stages.detectors.store import Store, check_name, shipped_folder, user_folder


@pytest.fixture
def store(tmp_path, make_detector):
    make_detector(tmp_path / "shipped" / "fast")
    return Store((tmp_path / "shipped", tmp_path / "user"))


@pytest.fixture
def mine(tmp_path, make_detector):
    return make_detector(tmp_path / "download" / "mine")


def listing(folder):
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def test_names_are_those_of_both_folders(store, mine):
    assert store.names() == ("fast",)
    store.install(mine)
    assert store.names() == ("fast", "mine")


def test_a_folder_without_a_description_is_no_detector(store, tmp_path):
    (tmp_path / "shipped" / "finder").mkdir()
    assert store.names() == ("fast",)


def test_find_by_name_and_by_path(store, tmp_path, mine):
    assert store.find("fast") == tmp_path / "shipped" / "fast"
    assert store.find(mine) == mine
    assert store.find(str(mine)) == mine


def test_an_unknown_name_lists_the_known_ones(store):
    with pytest.raises(UnknownDetector, match="fast"):
        store.find("fats")


@pytest.mark.parametrize("name", ["../fast", "..", "", "/etc"])
def test_a_name_that_leads_elsewhere_is_not_known(store, name):
    with pytest.raises(UnknownDetector):
        store.find(name)


def test_an_installed_detector_works(store, mine):
    installed = store.install(mine)
    assert listing(installed) == ["README.md", "detector.json", "model.onnx", "selftest.npz"]
    store.verify("mine")
    assert store.open("mine").spec.name == "mine"


def test_nothing_is_overwritten_unasked(store, mine):
    store.install(mine)
    with pytest.raises(ConfigError, match="installed already"):
        store.install(mine)


def test_replacing_replaces_the_whole_folder(store, mine, tmp_path):
    (store.install(mine) / "left-over").write_text("old")
    (mine / "README.md").write_text("new")
    installed = store.install(mine, replace=True)
    assert (installed / "README.md").read_text() == "new"
    assert "left-over" not in listing(installed)
    assert listing(tmp_path / "user") == ["mine"]


def test_a_shipped_name_stays_the_shipped_detector(store, tmp_path, make_detector):
    impostor = make_detector(tmp_path / "elsewhere" / "fast")
    for replace in (False, True):
        with pytest.raises(ConfigError, match="ships with"):
            store.install(impostor, replace=replace)


@pytest.mark.parametrize("name", ["../mine", "a/b", ".hidden", "Mine", "mine\n", "x" * 65, ""])
def test_a_name_that_would_escape_is_refused(store, tmp_path, make_detector, name):
    folder = make_detector(tmp_path / "download" / "odd", name=name)
    with pytest.raises(ConfigError, match="cannot name"):
        store.install(folder)
    assert listing(tmp_path / "user") == []
    with pytest.raises(ConfigError):
        check_name(name)


@pytest.mark.parametrize("file", ["model.onnx", "detector.json", "README.md", "selftest.npz"])
def test_links_are_refused(store, mine, tmp_path, file):
    (mine / file).rename(tmp_path / "real-one")
    (mine / file).symlink_to(tmp_path / "real-one")
    with pytest.raises(DetectorDamaged, match="link"):
        store.install(mine)


@pytest.mark.parametrize("file", ["model.onnx", "detector.json", "README.md", "selftest.npz"])
def test_an_incomplete_detector_is_refused_and_says_what_is_missing(store, mine, tmp_path, file):
    (mine / file).unlink()
    with pytest.raises(DetectorDamaged, match=file):
        store.install(mine)
    assert listing(tmp_path / "user") == []


def test_a_failing_selftest_leaves_what_was_there(store, mine, tmp_path):
    store.install(mine)
    before = (tmp_path / "user" / "mine" / "selftest.npz").read_bytes()
    good = selftest.read(mine)
    selftest.write(
        mine, selftest.Recording(good.image, good.logit + np.float32(1), good.activation_map)
    )
    with pytest.raises(DetectorDamaged, match="Self-test"):
        store.install(mine, replace=True)
    assert listing(tmp_path / "user") == ["mine"]
    assert (tmp_path / "user" / "mine" / "selftest.npz").read_bytes() == before


def test_verify_notices_other_weights(store, tmp_path):
    path = tmp_path / "shipped" / "fast" / "detector.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "sha256": "0" * 64}))
    with pytest.raises(DetectorDamaged, match="hash"):
        store.verify("fast")


def test_the_default_folders_are_the_packages_and_the_users():
    assert shipped_folder().name == "models"
    assert (shipped_folder().parent / "errors.py").is_file()
    assert user_folder().parts[-2:] == ("unmask", "detectors")
