"""Probabilities in, how far they lie from every mixture of the card's real and fake faces out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

LATEST, FEWEST = 2000, 200
"""Faces that are compared: no more, so that an old change does not hide a new one; no fewer, since
so few would seem to drift by chance."""
MIXTURES = np.linspace(0, 1, 101)[:, None]


class Drift:
    """Of one detector. How many of the pictures to come are fake is nobody's to know, so no share is drift."""

    def __init__(self, card: Mapping[str, Sequence[float]]) -> None:
        real, fake = (np.cumsum(card[truth]) for truth in ("real", "fake"))
        self._expected = MIXTURES * fake + (1 - MIXTURES) * real
        self._counts = np.zeros(len(real), int)
        self._latest: deque[int] = deque()

    def add(self, probabilities: Iterable[float | None]) -> None:
        for probability in probabilities:
            if probability is not None:
                place = min(int(probability * len(self._counts)), len(self._counts) - 1)
                self._counts[place] += 1
                self._latest.append(place)
        while len(self._latest) > LATEST:
            self._counts[self._latest.popleft()] -= 1

    @property
    def faces(self) -> int:
        return len(self._latest)

    @property
    def distance(self) -> float:
        """The largest gap between the cumulative shares, at the mixture that fits best; NaN while too few are known."""
        if self.faces < FEWEST:
            return float("nan")
        seen = np.cumsum(self._counts) / self.faces
        return float(np.abs(self._expected - seen).max(axis=1).min())
