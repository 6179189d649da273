"""Scored pictures -> Patterns: where mistakes pile up, compared with all pictures of the same class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unmask.evaluation.scoring import Scored
from unmask.evaluation.slices import by_set, by_traits

FEWEST = 5
LIFT = 1.5


@dataclass(frozen=True)
class Pattern:
    """`count` of all mistakes on one class lie in this part, so much more often than the part is large."""

    kind: str
    name: str
    fake: bool
    count: int
    share_of_mistakes: float
    share_of_all: float


def patterns(pictures: Sequence[Scored]) -> tuple[Pattern, ...]:
    """Mistakes are pictures on the wrong side of 50 %; the most overrepresented parts come first."""
    parts = [
        (part.kind, part.name, {s.entry.path for s in part.pictures})
        for part in (*by_set(pictures), *by_traits(pictures))
    ]
    found = []
    for fake in (False, True):
        mine = [s for s in pictures if s.fake is fake]
        wrong = {s.entry.path for s in mine if mistaken(s)}
        every = {s.entry.path for s in mine}
        for kind, name, inside in parts:
            count = len(wrong & inside)
            if count >= FEWEST:
                share, usual = count / len(wrong), len(every & inside) / len(every)
                found.append(Pattern(kind, name, fake, count, share, usual))
    found = [p for p in found if p.share_of_mistakes >= LIFT * p.share_of_all]
    return tuple(sorted(found, key=lambda p: p.share_of_all / p.share_of_mistakes))


def mistaken(scored: Scored) -> bool:
    """No score, no mistake: the comparison with NaN is false either way."""
    probability = scored.answer.probability
    return probability < 0.5 if scored.fake else probability >= 0.5
