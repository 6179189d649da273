"""Who opens a stream in, the worker's place that remembers its faces out; too many are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from unmask.apps.server.problems import overloaded


class Seats:
    """Spread over the workers; nobody can take all of them."""

    def __init__(self, most: int, each: int, places: int) -> None:
        self._most, self._each = most, each
        self._taken: Counter[int] = Counter(dict.fromkeys(range(places), 0))
        self._by_caller: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._by_caller.total()

    @contextmanager
    def seat(self, caller: str) -> Iterator[int]:
        """The place with the fewest streams, until the end of this one."""
        if len(self) >= self._most:
            raise overloaded(f"{self._most} streams are open already.", 10)
        if self._by_caller[caller] >= self._each:
            raise overloaded(f"{self._each} of your streams are open already.", 10)
        place = min(self._taken, key=lambda place: self._taken[place])
        self._taken[place] += 1
        self._by_caller[caller] += 1
        try:
            yield place
        finally:
            self._taken[place] -= 1
            self._by_caller[caller] -= 1
            self._by_caller += Counter()  # forgets callers without a stream
