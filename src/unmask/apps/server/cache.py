"""Answers by picture, wish and caller: the latest ones, in memory; never a picture."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any

MOST_BYTES = 64 * 1024 * 1024

Entry = tuple[dict[str, Any], bytes]


class Cache:
    """The same bytes under the same wish give the same answer, so an earlier one is as good.

    Callers do not share entries: a hit would tell one that another has shown the same picture.
    """

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._entries: OrderedDict[tuple[str, str, str], Entry] = OrderedDict()

    def get(self, caller: str, sha256: str, wish: dict[str, Any]) -> Entry | None:
        key = (caller, sha256, _text(wish))
        if key in self._entries:
            self._entries.move_to_end(key)
        return self._entries.get(key)

    def put(self, caller: str, sha256: str, wish: dict[str, Any], entry: Entry) -> None:
        key = (caller, sha256, _text(wish))
        self._bytes += len(entry[1]) - len(self._entries.pop(key, ({}, b""))[1])
        self._entries[key] = entry
        while self._entries and (len(self._entries) > self._most or self._bytes > MOST_BYTES):
            _, (_, block) = self._entries.popitem(last=False)
            self._bytes -= len(block)

    def __len__(self) -> int:
        return len(self._entries)


def _text(wish: dict[str, Any]) -> str:
    return json.dumps(wish, sort_keys=True)
