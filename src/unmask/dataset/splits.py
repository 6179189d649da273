"""Manifest -> the same manifest split: stratified, whole groups only, the same for the same seed in any file order."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from unmask.dataset.manifest import Entry, Manifest, Split
from unmask.dataset.names import connected
from unmask.errors import ConfigError, EmptyDataset, LeakySplit

SMALL = 10
"""Makers with fewer pictures share a stratum: rounding each by itself would send them all to train."""

Stratum = tuple[str, int, str]


@dataclass(frozen=True)
class Shares:
    """How much of the pictures each split gets."""

    train: float = 0.7
    validation: float = 0.1
    test: float = 0.2

    def __post_init__(self) -> None:
        parts = (self.train, self.validation, self.test)
        if min(parts) < 0 or abs(sum(parts) - 1) > 1e-6:
            raise ConfigError(
                f"The shares {parts} add up to {sum(parts):g}; expected three shares of 0 and "
                "more that add up to 1, such as 0.7, 0.1 and 0.2."
            )

    def used(self) -> dict[Split, float]:
        shares = {Split.TRAIN: self.train, Split.VALIDATION: self.validation}
        return {
            split: share for split, share in (shares | {Split.TEST: self.test}).items() if share
        }


def split(
    manifest: Manifest, shares: Shares | None = None, *, seed: int = 0, keep: bool = False
) -> Manifest:
    """Deals the groups out; with `keep`, groups that already have a split stay there."""
    if not len(manifest):
        raise EmptyDataset("There are no pictures to split. Check the folder's name and layout.")
    shares = shares or Shares()
    if keep:
        refuse_torn_groups(manifest)
    members: dict[str, list[Entry]] = defaultdict(list)
    for entry in manifest:
        members[entry.group].append(entry)
    dealer = _Dealer(manifest, shares.used())
    kept = {g: e[0].split for g, e in _decided(members).items()} if keep else {}
    for group, home in kept.items():
        dealer.put(members[group], home)
    homes = dict(kept)
    for group in sorted(members, key=lambda g: (-len(members[g]), _shuffled(seed, g))):
        if group not in kept:
            homes[group] = dealer.deal(members[group])
    return manifest.with_entries(replace(e, split=homes[e.group]) for e in manifest)


def torn_groups(manifest: Manifest) -> dict[str, tuple[Split, ...]]:
    """Groups whose pictures stand in more than one split."""
    homes: dict[str, set[Split]] = defaultdict(set)
    for entry in manifest:
        if entry.split is not Split.NONE:
            homes[entry.group].add(entry.split)
    return {group: tuple(sorted(found)) for group, found in homes.items() if len(found) > 1}


def refuse_torn_groups(manifest: Manifest) -> None:
    if torn := torn_groups(manifest):
        group, homes = min(torn.items())
        raise LeakySplit(
            f"{len(torn)} groups stand in more than one split, {group!r} in {' and '.join(homes)}; "
            "expected each person or source video in one. Split again without keeping the old one."
        )


def joined(manifest: Manifest, pairs: Iterable[tuple[str, str]]) -> Manifest:
    """Makes one group of the groups of two pictures, for each pair of paths: duplicates stay together."""
    groups = {entry.path: entry.group for entry in manifest}
    leaders = connected((groups[a], groups[b]) for a, b in pairs)
    return manifest.with_entries(replace(e, group=leaders.get(e.group, e.group)) for e in manifest)


def _decided(members: dict[str, list[Entry]]) -> dict[str, list[Entry]]:
    """Per group the entries that have a split already."""
    found = {g: [e for e in entries if e.split is not Split.NONE] for g, entries in members.items()}
    return {group: entries for group, entries in found.items() if entries}


def _shuffled(seed: int, group: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{group}".encode()).digest()


class _Dealer:
    """Gives each group to the split that then lies nearest to its share in every stratum."""

    def __init__(self, manifest: Manifest, shares: dict[Split, float]) -> None:
        self._sizes = Counter((e.set, e.label, e.generator) for e in manifest)
        totals = Counter(self._stratum(e) for e in manifest)
        self._shares = shares
        self._totals = totals
        self._counts: dict[Split, Counter[Stratum]] = {s: Counter() for s in Split}

    def deal(self, entries: list[Entry]) -> Split:
        strata = Counter(self._stratum(e) for e in entries)
        home = min(self._shares, key=lambda split: self._cost(split, strata))
        self._counts[home] += strata
        return home

    def put(self, entries: list[Entry], home: Split) -> None:
        self._counts[home] += Counter(self._stratum(e) for e in entries)

    def _cost(self, split: Split, strata: Counter[Stratum]) -> float:
        """How much the squared distance from the aim grows, relative to the aim.

        For single pictures this is Sainte-Laguë's rule for dealing out seats.
        """
        cost = 0.0
        for stratum, count in strata.items():
            aim = self._shares[split] * self._totals[stratum]
            cost += count * (2 * (self._counts[split][stratum] - aim) + count) / aim
        return cost

    def _stratum(self, entry: Entry) -> Stratum:
        stratum = (entry.set, entry.label, entry.generator)
        return stratum if self._sizes[stratum] >= SMALL else (entry.set, entry.label, "")
