"""64-bit hashes -> all pairs within a radius, without comparing every hash with every other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Indices = NDArray[np.int64]

BANDS, WIDTH = 4, 16
CHUNK = 1 << 21
"""Pairs compared at a time: bounds the memory whatever the data."""


def near_pairs(hashes: Hashes, radius: int) -> Iterator[tuple[Indices, Indices]]:
    """Yields arrays of first and second indices, first < second, each pair once.

    Two hashes that differ in at most `radius` of 64 bits differ in at most a quarter of that
    in one of four bands (pigeonhole), so only hashes in nearly equal buckets are compared.
    Give hashes without repeats: repeats are pairs by themselves and may be very many.
    """
    slack = radius // BANDS
    masks = _masks(slack)
    for band in range(BANDS):
        keys = _band(hashes, band)
        order = np.argsort(keys, kind="stable").astype(np.int64)
        ends = np.cumsum(np.bincount(keys, minlength=1 << WIDTH))
        starts = np.concatenate(([0], ends[:-1]))
        for mask in masks:
            probes = keys ^ mask
            for pairs in _expand(order, starts[probes], ends[probes]):
                first, second = _kept(pairs, _within(hashes, *pairs, radius))
                fresh = ~_met_before(hashes, first, second, band, slack)
                if fresh.any():
                    yield first[fresh], second[fresh]


def _masks(slack: int) -> list[int]:
    """All ways to differ in at most `slack` bits of one band."""
    bits = [1 << bit for bit in range(WIDTH)]
    return [sum(chosen) for count in range(slack + 1) for chosen in combinations(bits, count)]


def _band(hashes: Hashes, band: int) -> Indices:
    shifted = hashes >> np.uint64(band * WIDTH)
    return (shifted & np.uint64((1 << WIDTH) - 1)).astype(np.int64)


def _expand(order: Indices, starts: Indices, ends: Indices) -> Iterator[tuple[Indices, Indices]]:
    """Each hash beside each member of its bucket, in pieces of about CHUNK pairs."""
    lengths = ends - starts
    total = np.cumsum(lengths)
    begin = 0
    while begin < len(lengths):
        done = total[begin - 1] if begin else 0
        end = max(int(np.searchsorted(total, done + CHUNK, side="right")), begin + 1)
        size = lengths[begin:end]
        first = np.repeat(np.arange(begin, end), size)
        within = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
        yield first, order[np.repeat(starts[begin:end], size) + within]
        begin = end


def _kept(pairs: tuple[Indices, Indices], keep: NDArray[np.bool_]) -> tuple[Indices, Indices]:
    return pairs[0][keep], pairs[1][keep]


def _within(hashes: Hashes, first: Indices, second: Indices, radius: int) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = np.bitwise_count(hashes[first] ^ hashes[second]) <= radius
    return near & (first < second)


def _met_before(
    hashes: Hashes, first: Indices, second: Indices, band: int, slack: int
) -> NDArray[np.bool_]:
    """Whether an earlier band has already brought the pair together."""
    met = np.zeros(len(first), dtype=np.bool_)
    difference = hashes[first] ^ hashes[second]
    for earlier in range(band):
        met |= np.bitwise_count(_band(difference, earlier)) <= slack
    return met
