"""Who asks and how much is held in memory in, yes or a Problem out: token buckets and a memory budget."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from unmask.apps.server.problems import Problem, overloaded

MOST_REMEMBERED = 20_000


class Buckets:
    """A token bucket for each name; the least recently seen are forgotten first."""

    def __init__(
        self, per_minute: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second, self._burst, self._clock = per_minute / 60, burst, clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str, tokens: float = 1) -> None:
        """Raises when the bucket is empty; a rate of 0 switches the limit off."""
        if not self._per_second:
            return
        level, now = self.level(name), self._clock()
        if level < tokens:
            raise Problem(
                "rate_limited",
                f"More than {self._per_second * 60:g} requests a minute came from you.",
                retry_after=(tokens - level) / self._per_second,
            )
        self._levels[name] = (level - tokens, now)
        self._levels.move_to_end(name)
        if len(self._levels) > MOST_REMEMBERED:
            self._levels.popitem(last=False)

    def check(self, name: str) -> None:
        """Raises when the bucket is empty, and takes nothing."""
        if self._per_second and self.level(name) < 1:
            raise Problem(
                "rate_limited",
                "Too many wrong keys came from your address.",
                retry_after=1 / self._per_second,
            )

    def level(self, name: str) -> float:
        level, then = self._levels.get(name, (self._burst, self._clock()))
        return min(self._burst, level + (self._clock() - then) * self._per_second)


class Intake:
    """The uploads that may be under way, and the memory or disk they may take together.

    `besides` is what is taken already by what is no upload any more.
    """

    def __init__(self, most_uploads: int, most_bytes: int, what: str = "memory") -> None:
        self._most_uploads, self._most_bytes, self._what = most_uploads, most_bytes, what
        self.uploads = self.bytes = self.besides = 0

    def open(self) -> Hold:
        if self.uploads >= self._most_uploads:
            raise overloaded(f"{self._most_uploads} uploads are under way already.")
        self.uploads += 1
        return Hold(self)

    def take(self, size: int) -> None:
        if self.besides + self.bytes + size > self._most_bytes:
            raise overloaded(f"The {self._what} for uploads is used up.", 5)
        self.bytes += size


class Hold:
    """One upload's share; given back when the request ends, however it ends."""

    def __init__(self, intake: Intake) -> None:
        self._intake, self._bytes = intake, 0

    def __enter__(self) -> Hold:
        return self

    def __exit__(self, *_: object) -> None:
        self._intake.uploads -= 1
        self._intake.bytes -= self._bytes

    def take(self, size: int) -> None:
        self._intake.take(size)
        self._bytes += size

    def give_back(self, size: int) -> None:
        self._intake.bytes -= size
        self._bytes -= size


def neighbourhood(address: str) -> str:
    """What counts as one address: for IPv6 the /64, which one subscriber holds whole."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and not found.ipv4_mapped:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)
