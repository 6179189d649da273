"""Names already answered -> whether a name is among them, at eight bytes a name."""

from __future__ import annotations

from array import array
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray


class Done:
    """A set of 64-bit hashes of names: ten million names take 80 MB.

    Two of ten million names share a hash with a chance of 1 in 370,000; one of the two would be
    taken for done after an interruption.
    """

    def __init__(self) -> None:
        self._new = array("Q")
        self._sorted: NDArray[np.uint64] = np.empty(0, np.uint64)

    def add(self, name: str) -> None:
        self._new.append(_key(name))

    def settle(self) -> None:
        """Makes what was added findable; called once before each walk."""
        if self._new:
            fresh = np.frombuffer(self._new, np.uint64)
            self._sorted = np.sort(np.concatenate([self._sorted, fresh]))
            self._new = array("Q")

    def __contains__(self, name: str) -> bool:
        key = np.uint64(_key(name))
        place = int(np.searchsorted(self._sorted, key))
        return place < len(self._sorted) and bool(self._sorted[place] == key)

    def __len__(self) -> int:
        return len(self._sorted) + len(self._new)


def _key(name: str) -> int:
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
