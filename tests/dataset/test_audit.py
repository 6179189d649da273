"""An audit names what is wrong, and a leak across splits is an error until somebody allows it by name."""

from __future__ import annotations

import pytest

from unmask.dataset.audit import Kind, audit
from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Manifest
from unmask.errors import ConfigError, EmptyDataset, LeakySplit


def kinds(result) -> dict[str, int]:
    return {finding.kind: finding.count for finding in result.findings}


@pytest.fixture
def leaky(tmp_path, picture):
    for name, seed, quality in (
        ("Train/Real/a.jpg", 1, 90),
        ("Test/Real/a-copy.jpg", 1, 90),
        ("Train/Fake/b.jpg", 2, 90),
        ("Test/Fake/b-again.jpg", 2, 40),
        ("Train/Real/real_001_1.jpg", 3, 90),
        ("Test/Fake/Deepfakes_001_002_1.jpg", 4, 90),
        ("Train/Real/c.jpg", 5, 90),
        ("Train/Fake/c.jpg", 5, 90),
        ("Train/Real/d.jpg", 6, 90),
        ("Train/Real/d2.jpg", 6, 90),
        ("Train/Real/d3.jpg", 6, 50),
    ):
        picture(tmp_path / name, seed=seed, quality=quality)
    (tmp_path / "Train" / "Real" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    return audit(read_folder(tmp_path))


def test_everything_wrong_is_found_and_counted(leaky):
    assert kinds(leaky) == {
        Kind.LEAK_EXACT: 1,
        Kind.LEAK_NEAR: 1,
        Kind.LEAK_GROUP: 1,
        Kind.CONTRADICTION: 1,
        Kind.UNREADABLE: 1,
        Kind.DUPLICATES: 2,
        Kind.NEAR_DUPLICATES: 1,
    }
    assert set(leaky.leaks) == {
        ("Train/Real/a.jpg", "Test/Real/a-copy.jpg"),
        ("Test/Fake/b-again.jpg", "Train/Fake/b.jpg"),
    }
    broken = next(f for f in leaky.findings if f.kind is Kind.UNREADABLE)
    assert broken.examples[0].startswith("Train/Real/broken.jpg: ")


def test_a_leak_is_refused_until_each_kind_is_allowed(leaky):
    with pytest.raises(LeakySplit, match="--allow leak-exact --allow leak-near --allow leak-group"):
        leaky.refuse_leaks()
    with pytest.raises(LeakySplit) as refused:
        leaky.refuse_leaks(["leak-exact", "leak-near", "contradiction"])
    assert str(refused.value).endswith("by name: --allow leak-group.")
    leaky.refuse_leaks(["leak-exact", "leak-near", "leak-group", "contradiction"])


def test_an_unknown_name_allows_nothing(leaky):
    with pytest.raises(ConfigError, match="Did you mean 'leak-exact'"):
        leaky.refuse_leaks(["leak-exat"])


def test_a_clean_set_passes(tmp_path, picture):
    for seed in range(12):
        split, label = ("Train", "Test")[seed % 2], ("Real", "Fake")[seed // 2 % 2]
        picture(tmp_path / split / label / f"{seed}.jpg", seed=seed)
    result = audit(read_folder(tmp_path))
    assert result.findings == ()
    result.refuse_leaks()


def test_lopsided_and_unsplit_sets_are_told(tmp_path, picture):
    for seed in range(8):
        picture(tmp_path / ("Fake" if seed else "Real") / f"{seed}.jpg", seed=seed)
    assert kinds(audit(read_folder(tmp_path))) == {Kind.UNBALANCED: 1, Kind.NO_SPLITS: 1}


def test_classes_saved_differently_are_told(tmp_path, picture):
    for seed in range(120):
        label, quality = (("Real", 95), ("Fake", 60))[seed % 2]
        picture(tmp_path / "Train" / label / f"{seed}.jpg", seed=seed, size=16, quality=quality)
    result = audit(read_folder(tmp_path))
    messages = [f.message for f in result.findings if f.kind is Kind.CLASS_GIVEN_AWAY]
    assert any("the jpeg quality alone tells real from fake in 100%" in m for m in messages)


def test_nothing_cannot_be_audited(tmp_path):
    with pytest.raises(EmptyDataset):
        audit(Manifest(tmp_path, ()))
