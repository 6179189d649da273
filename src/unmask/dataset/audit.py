"""Manifest -> Audit: what is wrong with a data set before anybody trains on it, most serious first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from unmask.dataset.counts import ClassSummary, SetCounts, balance, summaries
from unmask.dataset.duplicates import Links, across_labels, across_splits, find_duplicates
from unmask.dataset.facts import Facts, Progress, measure
from unmask.dataset.giveaways import EVERYTHING, Giveaway, find_giveaways
from unmask.dataset.manifest import Manifest
from unmask.dataset.splits import torn_groups
from unmask.errors import ConfigError, EmptyDataset, LeakySplit

UNEVEN = 3.0
EXAMPLES = 20

Pair = tuple[str, str]


class Kind(StrEnum):
    """Everything an audit can find; the name is what `allowed` takes."""

    LEAK_EXACT = "leak-exact"
    LEAK_NEAR = "leak-near"
    LEAK_GROUP = "leak-group"
    CONTRADICTION = "contradiction"
    UNREADABLE = "unreadable"
    CLASS_GIVEN_AWAY = "class-given-away"
    DUPLICATES = "duplicates"
    NEAR_DUPLICATES = "near-duplicates"
    UNBALANCED = "unbalanced"
    NO_SPLITS = "no-splits"


ERRORS = frozenset({Kind.LEAK_EXACT, Kind.LEAK_NEAR, Kind.LEAK_GROUP, Kind.CONTRADICTION})


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: how often, in plain words, with the first examples."""

    kind: Kind
    count: int
    message: str
    examples: tuple[str, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.kind in ERRORS


@dataclass(frozen=True)
class Audit:
    """All results; `leaks` and `duplicates` are pairs of paths, exact ones first."""

    facts: Facts
    counts: tuple[SetCounts, ...]
    classes: tuple[ClassSummary, ...]
    giveaways: tuple[Giveaway, ...]
    leaks: tuple[Pair, ...]
    duplicates: tuple[Pair, ...]
    findings: tuple[Finding, ...]

    def errors(self, allowed: Iterable[str] = ()) -> tuple[Finding, ...]:
        """Findings that forbid training, without those allowed by name."""
        names = {_known(name) for name in allowed}
        return tuple(f for f in self.findings if f.is_error and f.kind not in names)

    def refuse_leaks(self, allowed: Iterable[str] = ()) -> None:
        if errors := self.errors(allowed):
            kinds = " ".join(f"--allow {finding.kind}" for finding in errors)
            raise LeakySplit(
                " ".join(finding.message for finding in errors)
                + f" Split again with copies kept together, or allow it by name: {kinds}."
            )


def audit(manifest: Manifest, *, workers: int = 1, progress: Progress | None = None) -> Audit:
    """Measures every file and looks for all that `Kind` names."""
    if not len(manifest):
        raise EmptyDataset("There are no pictures to audit. Check the folder's name and layout.")
    return examine(measure(manifest, workers=workers, progress=progress))


def examine(facts: Facts) -> Audit:
    """The judging half of an audit, on files that are measured already."""
    links = find_duplicates(facts)
    counts, giveaways = balance(facts.manifest), find_giveaways(facts)
    findings = [
        *_leaks(facts, links),
        *_unreadable(facts),
        *_given_away(giveaways),
        *_copies(facts, links),
        *_unbalanced(counts),
    ]
    order = {kind: number for number, kind in enumerate(Kind)}
    return Audit(
        facts=facts,
        counts=counts,
        classes=summaries(facts),
        giveaways=giveaways,
        leaks=_pairs(facts, *(across_splits(facts, part) for part in (links.exact, links.near))),
        duplicates=_pairs(facts, links.exact, links.near),
        findings=tuple(sorted(findings, key=lambda finding: order[finding.kind])),
    )


def _leaks(facts: Facts, links: Links) -> Iterator[Finding]:
    found = (
        (Kind.LEAK_EXACT, across_splits(facts, links.exact), "equal files stand in two splits"),
        (
            Kind.LEAK_NEAR,
            across_splits(facts, links.near),
            "pictures that look the same stand in two splits",
        ),
        (
            Kind.CONTRADICTION,
            across_labels(facts, links.exact),
            "equal files are called real and fake",
        ),
    )
    for kind, pairs, words in found:
        if len(pairs):
            yield Finding(
                kind, len(pairs), f"{len(pairs)} pairs of {words}.", _examples(facts, pairs)
            )
    if torn := torn_groups(facts.manifest):
        yield Finding(
            Kind.LEAK_GROUP,
            len(torn),
            f"{len(torn)} people or source videos stand in more than one split.",
            tuple(sorted(torn)[:EXAMPLES]),
        )


def _unreadable(facts: Facts) -> Iterator[Finding]:
    if facts.problems:
        entries = facts.manifest.entries
        lines = [f"{entries[row].path}: {why}" for row, why in facts.problems.items()]
        count = len(lines)
        yield Finding(
            Kind.UNREADABLE, count, f"{count} files cannot be read.", tuple(lines[:EXAMPLES])
        )


def _given_away(giveaways: tuple[Giveaway, ...]) -> Iterator[Finding]:
    for found in giveaways:
        if found.telling:
            where = "all sets together" if found.set == EVERYTHING else found.set
            yield Finding(
                Kind.CLASS_GIVEN_AWAY,
                1,
                f"In {where} the {found.property} alone tells real from fake in "
                f"{found.accuracy:.0%} of cases (50% is chance): a detector can learn that "
                "instead of faces. Damage both classes alike when training, and judge per set.",
            )


def _copies(facts: Facts, links: Links) -> Iterator[Finding]:
    found = (
        (Kind.DUPLICATES, links.exact, "equal files"),
        (Kind.NEAR_DUPLICATES, links.near, "pictures that look the same"),
    )
    for kind, pairs, words in found:
        within = len(pairs) - len(across_splits(facts, pairs))
        if within:
            yield Finding(kind, within, f"{within} pairs of {words} within one split.")


def _unbalanced(counts: tuple[SetCounts, ...]) -> Iterator[Finding]:
    if all(not line.split for line in counts):
        yield Finding(Kind.NO_SPLITS, 1, "No picture has a split yet.")
    real, fake = sum(line.real for line in counts), sum(line.fake for line in counts)
    if max(real, fake) > UNEVEN * min(real, fake):
        yield Finding(Kind.UNBALANCED, 1, f"{real} real pictures stand against {fake} fake ones.")
    for name in dict.fromkeys(line.set for line in counts):
        lines = [line for line in counts if line.set == name]
        real, fake = sum(line.real for line in lines), sum(line.fake for line in lines)
        if not min(real, fake):
            only = "real" if real else "fake"
            yield Finding(Kind.UNBALANCED, 1, f"{name} holds only {only} pictures.")


def _examples(facts: Facts, pairs: NDArray[np.int64]) -> tuple[str, ...]:
    return tuple(f"{a} = {b}" for a, b in _pairs(facts, pairs[:EXAMPLES]))


def _pairs(facts: Facts, *links: NDArray[np.int64]) -> tuple[Pair, ...]:
    entries = facts.manifest.entries
    return tuple((entries[a].path, entries[b].path) for part in links for a, b in part.tolist())


def _known(name: str) -> str:
    if name not in set(Kind):
        raise ConfigError.unknown_key(name, [kind.value for kind in Kind])
    return name
