"""Splits keep their shares in every stratum, never tear a group, and know neither order nor luck."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmask.dataset.manifest import Entry, Manifest, Split
from unmask.dataset.splits import Shares, joined, refuse_torn_groups, split, torn_groups
from unmask.errors import ConfigError, EmptyDataset, LeakySplit


def made(*entries: Entry) -> Manifest:
    return Manifest(Path("x"), entries)


def many(count: int, set_: str = "s", label: int = 0, per_group: int = 1) -> list[Entry]:
    return [
        Entry(f"{set_}/{label}/{i}.jpg", label, set=set_, group=f"{set_}{label}-{i // per_group}")
        for i in range(count)
    ]


def test_seventy_ten_twenty_in_every_set_and_class():
    manifest = split(made(*many(200), *many(100, label=1), *many(50, "t", 1)))
    counts = Counter((e.set, e.label, e.split.value) for e in manifest)
    assert counts == {
        ("s", 0, "train"): 140,
        ("s", 0, "validation"): 20,
        ("s", 0, "test"): 40,
        ("s", 1, "train"): 70,
        ("s", 1, "validation"): 10,
        ("s", 1, "test"): 20,
        ("t", 1, "train"): 35,
        ("t", 1, "validation"): 5,
        ("t", 1, "test"): 10,
    }


def test_makers_are_dealt_evenly_and_rare_ones_together():
    common = [Entry(f"{i}.jpg", 1, generator="gan") for i in range(20)]
    rare = [Entry(f"r{i}.jpg", 1, generator=f"rare{i}") for i in range(20)]
    manifest = split(made(*common, *rare))
    for part in (common, rare):
        paths = {e.path for e in part}
        counts = Counter(e.split.value for e in manifest if e.path in paths)
        assert counts == {"train": 14, "validation": 2, "test": 4}


groups = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), min_size=1, max_size=80)


@settings(deadline=None)
@given(groups, st.integers(0, 5), st.randoms(use_true_random=False))
def test_no_group_is_torn_and_order_does_not_matter(drawn, seed, shuffler):
    entries = [Entry(f"{i}.jpg", lab, group=f"g{g}") for i, (g, lab) in enumerate(drawn)]
    first = split(made(*entries), seed=seed)
    assert not torn_groups(first)
    assert all(e.split is not Split.NONE for e in first)
    shuffler.shuffle(entries)
    assert split(made(*entries), seed=seed) == first


def test_shares_come_close_with_groups_of_real_sizes():
    sizes = random.Random(0)
    entries = [
        Entry(f"{g}/{i}.jpg", g % 2, group=str(g))
        for g in range(200)
        for i in range(sizes.randint(1, 30))
    ]
    manifest = split(made(*entries))
    for label in (0, 1):
        counts = Counter(e.split for e in manifest if e.label == label)
        total = sum(counts.values())
        assert abs(counts[Split.TRAIN] / total - 0.7) < 0.02
        assert abs(counts[Split.VALIDATION] / total - 0.1) < 0.02


def test_the_seed_decides():
    manifest = made(*many(100))
    assert split(manifest, seed=1) == split(manifest, seed=1)
    assert split(manifest, seed=1) != split(manifest, seed=2)


def test_a_share_of_nothing_gives_nothing():
    manifest = split(made(*many(10)), Shares(0.5, 0, 0.5))
    assert Counter(e.split.value for e in manifest) == {"train": 5, "test": 5}


def test_keep_leaves_what_is_decided_and_brings_its_group_along():
    entries = [Entry("a.jpg", 0, Split.TEST, group="ann"), Entry("b.jpg", 0, group="ann")]
    kept = split(made(*entries, *many(50)), keep=True)
    assert {e.split for e in kept if e.group == "ann"} == {Split.TEST}
    assert Counter(e.split for e in kept.in_set("s"))[Split.TEST] == 10


def test_torn_groups_are_refused_by_name():
    torn = made(Entry("a", 0, Split.TRAIN, group="ann"), Entry("b", 0, Split.TEST, group="ann"))
    assert torn_groups(torn) == {"ann": (Split.TEST, Split.TRAIN)}
    with pytest.raises(LeakySplit, match="'ann' in test and train"):
        refuse_torn_groups(torn)
    with pytest.raises(LeakySplit):
        split(torn, keep=True)
    assert not torn_groups(split(torn))


def test_joined_makes_one_group_of_duplicates():
    manifest = made(*many(6, per_group=2))
    paths = [e.path for e in manifest]
    groups = [e.group for e in joined(manifest, [(paths[0], paths[2]), (paths[3], paths[1])])]
    assert groups == ["s0-0"] * 4 + ["s0-2"] * 2


@pytest.mark.parametrize("parts", [(0.7, 0.1, 0.1), (1.2, -0.1, -0.1)])
def test_odd_shares_are_refused(parts):
    with pytest.raises(ConfigError, match="add up to 1"):
        Shares(*parts)


def test_nothing_cannot_be_split():
    with pytest.raises(EmptyDataset):
        split(made())
