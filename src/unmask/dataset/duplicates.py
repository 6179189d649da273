"""Facts -> Links: pairs of files that are the same bytes, and pairs that look the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmask.dataset.facts import Facts
from unmask.dataset.manifest import Split
from unmask.dataset.neighbours import near_pairs
from unmask.dataset.perceptual import MIRROR_COARSE, MIRROR_FINE

Indices = NDArray[np.int64]

COARSE, FINE = 7, 32
"""Bits that two looks of one picture may differ in, of 64 and of 256.

Measured on 1,000 pictures of 14 sets: saving as JPEG at quality 30, halving and 30 % more light or
contrast stayed within both for 98.5 to 100 %. Among 16,000, pairs up to 20 fine bits were one
picture, up to 32 one picture or moments of one scene; from 40 on, different people before a like wall.
"""


@dataclass(frozen=True)
class Links:
    """Pairs of rows, first and second in each row; enough of them to join all duplicates.

    Of n equal files in one split and class there are n-1 links, not all pairs.
    """

    exact: Indices
    near: Indices


@dataclass(frozen=True)
class _Homes:
    """Split and label of every row as one small number each."""

    splits: NDArray[np.int8]
    labels: NDArray[np.int64]
    groups: list[str]


def find_duplicates(facts: Facts) -> Links:
    """Frames of one group in one split are no finding: they are there together on purpose."""
    homes = _homes(facts)
    rows = np.flatnonzero(facts.table["readable"]).astype(np.int64)
    exact = _chained(rows, homes, facts.table["digest"])
    seen = rows[facts.table["coarse"][rows] != 0]
    near = np.concatenate(
        [_chained(seen, homes, _looks(facts), same_home=True), *_near(facts, seen, homes)]
    )
    digests = facts.table["digest"]
    near = near[digests[near[:, 0]] != digests[near[:, 1]]]
    return Links(exact, _without_kin(near, homes))


def across_splits(facts: Facts, links: Indices) -> Indices:
    """The links whose ends stand in different splits."""
    splits = _homes(facts).splits
    first, second = splits[links[:, 0]], splits[links[:, 1]]
    found: Indices = links[(first != second) & (first > 0) & (second > 0)]
    return found


def across_labels(facts: Facts, links: Indices) -> Indices:
    labels = facts.manifest.labels()
    found: Indices = links[labels[links[:, 0]] != labels[links[:, 1]]]
    return found


def _homes(facts: Facts) -> _Homes:
    numbers = {Split.NONE: 0, Split.TRAIN: 1, Split.VALIDATION: 2, Split.TEST: 3}
    splits = np.array([numbers[entry.split] for entry in facts.manifest], dtype=np.int8)
    return _Homes(splits, facts.manifest.labels(), [e.group for e in facts.manifest])


def _looks(facts: Facts) -> NDArray[np.bytes_]:
    """Both hashes as one string of fixed length: equal strings, equal looks."""
    both = np.concatenate(
        [facts.table["coarse"].astype(">u8")[:, None].view(np.uint8), facts.table["fine"]], axis=1
    )
    looks: NDArray[np.bytes_] = np.ascontiguousarray(both).view("S40").ravel()
    return looks


def _chained(
    rows: Indices, homes: _Homes, keys: NDArray[np.bytes_], same_home: bool = False
) -> Indices:
    """Links each row to the next with the same key; sorted so that splits and labels lie together."""
    order = rows[np.lexsort((rows, homes.labels[rows], homes.splits[rows], keys[rows]))]
    first, second = order[:-1], order[1:]
    linked = keys[first] == keys[second]
    if same_home:
        linked &= _home(homes, first) == _home(homes, second)
    return np.stack([first[linked], second[linked]], axis=1)


def _home(homes: _Homes, rows: Indices) -> Indices:
    return homes.splits[rows] * 2 + homes.labels[rows]


def _near(facts: Facts, rows: Indices, homes: _Homes) -> Iterator[Indices]:
    """Compares one row per look, split and label: many equal pictures cost no more than one.

    Each look goes in twice, as it is and mirrored: flipped copies are a usual way to enlarge a set.
    """
    named = np.empty(len(rows), dtype=[("look", "S40"), ("home", "i8")])
    named["look"], named["home"] = _looks(facts)[rows], _home(homes, rows)
    _, chosen = np.unique(named, return_index=True)
    rows = rows[np.sort(chosen)]
    count, coarse, fine = len(rows), facts.table["coarse"][rows], facts.table["fine"][rows]
    both = np.concatenate([coarse, coarse ^ MIRROR_COARSE])
    for first, second in near_pairs(both, COARSE):
        turned = second >= count
        # Two mirrored looks are as near as the two themselves: once is enough.
        useful = (first < count) & (first < second - count * turned)
        left, right, turned = first[useful], second[useful] % count, turned[useful]
        other = np.where(turned[:, None], fine[right] ^ MIRROR_FINE, fine[right])
        close = np.bitwise_count(fine[left] ^ other).sum(axis=1) <= FINE
        yield np.stack([rows[left[close]], rows[right[close]]], axis=1)


def _without_kin(links: Indices, homes: _Homes) -> Indices:
    """Leaves out pairs of one group in one split."""
    kin = [
        homes.groups[a] == homes.groups[b] and homes.splits[a] == homes.splits[b]
        for a, b in links.tolist()
    ]
    return links[~np.array(kin, dtype=np.bool_)]
