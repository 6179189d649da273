"""Frames of streams in, their faces with rolling verdicts out; runs inside a worker, which remembers the last seconds."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from unmask.reports.schema import plain
from unmask.types import Pixels

if TYPE_CHECKING:
    from unmask.video import Look
    from unmask.video.live import LiveAnalyzer

MOST_STREAMS = 64
"""More than a worker is ever given; a stream whose end was not told makes room here."""


class Live:
    """One memory of faces for each stream, from its first frame until it is closed."""

    def __init__(self, look: Callable[[dict[str, Any]], Look]) -> None:
        self._look = look
        self._streams: OrderedDict[str, LiveAnalyzer] = OrderedDict()

    def frame(self, wish: dict[str, Any], pixels: Pixels) -> bytes:
        faces = self._stream(wish).push(pixels)
        height, width = pixels.shape[:2]
        found = {"width": width, "height": height, "faces": plain(faces)}
        return json.dumps(found, separators=(",", ":"), allow_nan=False).encode()

    def close(self, stream: str) -> None:
        """Forgets its faces."""
        self._streams.pop(stream, None)

    def __len__(self) -> int:
        return len(self._streams)

    def _stream(self, wish: dict[str, Any]) -> LiveAnalyzer:
        from unmask.video.live import LiveAnalyzer

        name = wish["stream"]
        if name not in self._streams:
            self._streams[name] = LiveAnalyzer(self._look(wish))
        self._streams.move_to_end(name)
        if len(self._streams) > MOST_STREAMS:
            self._streams.popitem(last=False)
        return self._streams[name]
