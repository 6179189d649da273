"""What training must leave out: copies of Validation and Test pictures, copies of copies, and nothing else."""

from __future__ import annotations

import shutil

from unmask.dataset.audit import Kind, audit
from unmask.dataset.layouts import read_folder
from unmask.dataset.left_out import left_out


def _set(picture, root):
    """Ten pictures; 0 stands in Test as well, 1 in Validation as JPEG, 2 twice in Train, 3 in both others."""
    for i in range(10):
        picture(root / "Train" / ("Real", "Fake")[i % 2] / f"{i}.png", i, 96)
    for name in ("Test/Real/0.png", "Train/Real/0 again.png"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / "Train/Real/0.png", root / name)
    picture(root / "Validation/Fake/1.jpg", 1, 96, quality=70)
    picture(root / "Train/Real/2 again.jpg", 2, 96, quality=70)
    for split in ("Validation", "Test"):
        picture(root / split / "Fake/30.png", 30, 96)
    return root


def test_copies_and_copies_of_copies_are_listed_under_their_full_names(picture, tmp_path):
    root = _set(picture, tmp_path / "faces")
    out, _ = left_out(audit(read_folder(root)))
    assert [entry.full_name for entry in out] == [
        "faces/Train/Fake/1.png",
        "faces/Train/Real/0 again.png",
        "faces/Train/Real/0.png",
    ]


def test_what_is_left_has_no_train_copies_but_still_the_other_leak(picture, tmp_path):
    """Validation against Test is not cured by leaving out Train pictures."""
    found = audit(read_folder(_set(picture, tmp_path / "faces")))
    _, after = left_out(found)
    assert len(found.leaks) > len(after.leaks) == 1
    assert [f.kind for f in after.errors()] == [Kind.LEAK_EXACT]
    assert len(after.facts.manifest) == len(found.facts.manifest) - 3


def test_problems_follow_their_rows(picture, tmp_path):
    root = _set(picture, tmp_path / "faces")
    (root / "Train/Real/broken.png").write_bytes(b"nothing")
    _, after = left_out(audit(read_folder(root)))
    (row,) = after.facts.problems
    assert after.facts.manifest.entries[row].path == "Train/Real/broken.png"
    assert not after.facts.table["readable"][row]


def test_without_leaks_nothing_is_left_out(picture, tmp_path):
    for i in range(4):
        picture(tmp_path / ("Train", "Test")[i // 2] / ("Real", "Fake")[i % 2] / f"{i}.png", i)
    found = audit(read_folder(tmp_path))
    assert left_out(found) == ((), found)
