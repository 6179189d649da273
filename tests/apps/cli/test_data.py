"""`unmask data` says how a folder is read, refuses leaks with an exit code, and writes splits and crops."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from unmask.apps.cli.main import run
from unmask.dataset.manifest import Split, read_manifest

OK, OPTION, EXTRA, LAB = 0, 4, 5, 6


@pytest.fixture
def folder(tmp_path):
    """Twenty different pictures of each class; one stands in two splits."""
    rng = np.random.default_rng(0)
    for number in range(40):
        label, split = ("Real", "Fake")[number % 2], ("Train", "Test")[number // 2 % 2]
        path = tmp_path / "set" / split / label / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((48, 48)).save(path)
    root = tmp_path / "set"
    (root / "Test" / "Real" / "copy.png").write_bytes(
        (root / "Train" / "Real" / "0.png").read_bytes()
    )
    return root


def test_inspect_tells_how_a_folder_is_read(folder, capsys, tmp_path):
    (folder / "rest").mkdir()
    (folder / "rest" / "x.jpg").touch()
    args = ["--manifest", str(tmp_path / "m.csv"), "--pictures", str(tmp_path / "pictures")]
    assert run(["data", "inspect", str(folder), *args]) == OK
    out, err = capsys.readouterr()
    assert "set  train  10    10    20" in out
    assert "1 pictures stand under no label, such as rest/x.jpg" in err
    assert len(read_manifest(tmp_path / "m.csv")) == 41
    assert (tmp_path / "pictures" / "sheet-set.png").is_file()


def test_inspect_as_json(folder, capsys):
    assert run(["data", "inspect", str(folder), "--json"]) == OK
    assert json.loads(capsys.readouterr().out)["pictures"] == 41


def test_audit_fails_over_a_leak_until_it_is_allowed(folder, capsys, tmp_path):
    assert run(["data", "audit", str(folder), "--workers", "1"]) == LAB
    out, err = capsys.readouterr()
    assert "ERROR  leak-exact: 1 pairs of equal files" in out
    assert "--allow leak-exact" in err
    args = ["--allow", "leak-exact", "--pictures", str(tmp_path / "p"), "--json"]
    assert run(["data", "audit", str(folder), "--workers", "1", *args]) == OK
    assert len(json.loads(capsys.readouterr().out)["leaks"]) == 1
    assert (tmp_path / "p" / "leaks.png").is_file()


def test_audit_lists_what_training_must_leave_out_and_is_then_content(folder, capsys, tmp_path):
    """Two folders are looked over as one: here the second holds a copy of a test picture."""
    more = tmp_path / "more" / "set" / "Train" / "Real"
    more.mkdir(parents=True)
    (more / "a copy.png").write_bytes((folder / "Test" / "Real" / "2.png").read_bytes())
    listed = tmp_path / "copies.txt"
    roots = [str(folder), str(tmp_path / "more")]
    assert run(["data", "audit", *roots, "--workers", "1", "--leave-out", str(listed)]) == OK
    assert listed.read_text() == "set/Train/Real/a copy.png\nset/Train/Real/0.png\n"
    assert "2 Train pictures are copies" in capsys.readouterr().err


def test_split_keeps_copies_together_and_the_audit_is_then_content(folder, capsys, tmp_path):
    out = tmp_path / "lists" / "split.csv"
    args = ["--out", str(out), "--copies-together", "--workers", "1", "--seed", "3"]
    assert run(["data", "split", str(folder), *args]) == OK
    manifest = read_manifest(out)
    splits = {e.path: e.split for e in manifest}
    assert splits["Test/Real/copy.png"] == splits["Train/Real/0.png"]
    assert len(manifest.of(Split.TRAIN)) in (28, 29)
    assert run(["data", "audit", str(out), "--workers", "1"]) == OK


def test_split_refuses_odd_shares(folder, capsys, tmp_path):
    args = ["--out", str(tmp_path / "m.csv"), "--shares", "0.5", "0.5", "0.5"]
    assert run(["data", "split", str(folder), *args]) == OPTION
    assert "add up to 1" in capsys.readouterr().err


def test_an_empty_folder_is_an_error_that_names_the_layouts(tmp_path, capsys):
    assert run(["data", "inspect", str(tmp_path)]) == LAB
    assert "such as Train/Real" in capsys.readouterr().err


def test_frames_tells_of_each_video_that_gave_nothing(tmp_path, capsys, monkeypatch):
    pytest.importorskip("av", reason="reading videos is an extra: pip install 'unmask[video]'")
    (tmp_path / "videos" / "Real").mkdir(parents=True)
    (tmp_path / "videos" / "Real" / "a.mp4").write_bytes(b"not a video")
    monkeypatch.setattr("unmask.video.crops.OnnxFinder", SimpleNamespace(open=lambda _: None))
    args = [str(tmp_path / "videos"), str(tmp_path / "out")]
    assert run(["data", "frames", *args]) == LAB
    assert "Real/a.mp4: a.mp4 cannot be decoded" in capsys.readouterr().err


def test_download_prints_the_folder(monkeypatch, capsys, tmp_path):
    module = SimpleNamespace(dataset_download=lambda _: str(tmp_path))
    monkeypatch.setitem(sys.modules, "kagglehub", module)
    assert run(["data", "download", "deepfake-and-real-images"]) == OK
    assert capsys.readouterr().out.strip() == str(tmp_path)


def test_download_without_kagglehub_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    assert run(["data", "download", "deepfake-and-real-images"]) == EXTRA
    assert 'pip install "unmask[data]"' in capsys.readouterr().err
