"""Pieces of a multipart body in, its parts out, each in memory; nothing is ever spooled to disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from unmask.apps.server.problems import Problem


@dataclass
class Part:
    """A field of a form; a file when it has a file name."""

    name: str = ""
    filename: str | None = None
    data: bytearray = field(default_factory=bytearray)


class Parts:
    """Collects what the parser calls out; holds one part at a time plus those just finished."""

    def __init__(self, content_type: str, most_bytes: int) -> None:
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if not boundary:
            raise Problem("bad_request", "A multipart body needs a boundary in its Content-Type.")
        self.done: list[Part] = []
        self.whole = False
        self._most_bytes = most_bytes
        self._part = Part()
        self._field, self._value = bytearray(), bytearray()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_part_data": self._data,
                "on_part_end": self._end_part,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_end": self._end,
            },
        )

    def feed(self, chunk: bytes) -> list[Part]:
        try:
            self._parser.write(chunk)
        except MultipartParseError:
            raise Problem("bad_request", "The multipart body is malformed.") from None
        done, self.done = self.done, []
        return done

    def _begin(self) -> None:
        self._part = Part()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if bytes(self._field).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
            if b"filename" in options:
                self._part.filename = options[b"filename"].decode("utf-8", "replace")
        self._field, self._value = bytearray(), bytearray()

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._part.data += data[start:end]
        if len(self._part.data) > self._most_bytes:
            raise Problem(
                "too_large", f"At most {self._most_bytes:,} bytes a picture are accepted."
            )

    def _end_part(self) -> None:
        self.done.append(self._part)

    def _end(self) -> None:
        self.whole = True


async def parts(
    chunks: AsyncIterator[bytes], content_type: str, most_bytes: int
) -> AsyncIterator[Part]:
    """Each part as soon as it is complete."""
    collector = Parts(content_type, most_bytes)
    async for chunk in chunks:
        for part in collector.feed(chunk):
            yield part
    if not collector.whole:
        raise Problem("bad_request", "The multipart body ends too early.")
