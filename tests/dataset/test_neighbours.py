"""The index finds exactly the pairs that comparing everything with everything finds, each once."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmask.dataset import neighbours
from unmask.dataset.neighbours import near_pairs

bits = st.integers(0, 63)
hashes = st.lists(
    st.tuples(st.integers(0, 2**64 - 1), st.lists(st.sets(bits, max_size=12), max_size=6)),
    min_size=1,
    max_size=12,
)


def found(values: np.ndarray, radius: int) -> list[tuple[int, int]]:
    return sorted(
        (a, b)
        for first, second in near_pairs(values, radius)
        for a, b in zip(first.tolist(), second.tolist(), strict=True)
    )


def brute(values: np.ndarray, radius: int) -> list[tuple[int, int]]:
    numbers = values.tolist()
    return [
        (a, b)
        for a in range(len(numbers))
        for b in range(a + 1, len(numbers))
        if (numbers[a] ^ numbers[b]).bit_count() <= radius
    ]


@settings(deadline=None)
@given(hashes, st.integers(0, 9))
def test_all_pairs_once_as_by_brute_force(seeds, radius):
    """Each seed comes with copies in which a few bits are turned, so that pairs lie at every distance."""
    values = [
        seed ^ sum(1 << bit for bit in turned) for seed, copies in seeds for turned in [*copies, ()]
    ]
    array = np.array(values, dtype=np.uint64)
    assert found(array, radius) == brute(array, radius)


def test_small_pieces_give_the_same(monkeypatch):
    values = np.random.default_rng(0).integers(0, 1 << 12, 300, dtype=np.uint64)
    whole = found(values, 2)
    monkeypatch.setattr(neighbours, "CHUNK", 7)
    assert found(values, 2) == whole == brute(values, 2)


@pytest.mark.slow
def test_two_hundred_thousand_hashes_take_seconds():
    rng = np.random.default_rng(0)
    values = rng.integers(0, 1 << 64, 200_000, dtype=np.uint64)
    values[1000:1100] = values[:100] ^ np.uint64(0b1011)
    start = time.perf_counter()
    pairs = found(values, 7)
    assert pairs == [(i, i + 1000) for i in range(100)]
    assert time.perf_counter() - start < 60
