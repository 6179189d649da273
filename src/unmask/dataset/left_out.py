"""Facts with copies across splits -> the Train pictures to leave out, so that Validation and Test stay unseen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from unmask.dataset.audit import Audit, examine
from unmask.dataset.facts import Facts
from unmask.dataset.manifest import Entry, Split
from unmask.dataset.names import connected


def left_out(found: Audit) -> tuple[tuple[Entry, ...], Audit]:
    """Every Train picture that is a copy of one elsewhere, or a copy of a copy; and the audit without them.

    It looks again until nothing is found: equal frames of one video stand for each other in the
    search, so that one may show only when another is gone.
    """
    out: list[Entry] = []
    while copies := _train_copies(found):
        out += copies
        found = examine(_without(found.facts, copies))
    return tuple(sorted(out, key=lambda entry: entry.path)), found


def _train_copies(found: Audit) -> list[Entry]:
    leaders = connected(found.duplicates)
    entries = [e for e in found.facts.manifest if e.path in leaders]
    kept = {leaders[e.path] for e in entries if e.split in (Split.VALIDATION, Split.TEST)}
    return [e for e in entries if e.split is Split.TRAIN and leaders[e.path] in kept]


def _without(facts: Facts, entries: Iterable[Entry]) -> Facts:
    gone = {entry.path for entry in entries}
    rows = [i for i, entry in enumerate(facts.manifest) if entry.path not in gone]
    places = {row: place for place, row in enumerate(rows)}
    return replace(
        facts,
        manifest=facts.manifest.with_entries(facts.manifest.entries[row] for row in rows),
        table=facts.table[np.array(rows, dtype=np.int64)],
        problems={places[row]: why for row, why in facts.problems.items() if row in places},
    )
