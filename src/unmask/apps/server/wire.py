"""Messages between server and workers: a JSON header and a block of bytes, never a pickle."""

from __future__ import annotations

import json
import struct
from asyncio import StreamReader, StreamWriter
from typing import Any, BinaryIO

Message = tuple[dict[str, Any], bytes]

# A worker decodes hostile bytes; what comes back from it is data to check, not objects to trust.
HEAD = struct.Struct("<II")
MOST_HEADER, MOST_BLOCK = 1 << 20, 1 << 28


class Broken(Exception):
    """The other end went away or does not speak this language."""


def pack(header: dict[str, Any], block: bytes = b"") -> bytes:
    text = json.dumps(header, separators=(",", ":")).encode()
    return HEAD.pack(len(text), len(block)) + text


def read(source: BinaryIO) -> Message | None:
    """The next message, or None when the other end has closed."""
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    text, block = _sizes(head)
    return _header(source.read(text)), source.read(block)


def write(sink: BinaryIO, header: dict[str, Any], block: bytes = b"") -> None:
    sink.write(pack(header, block))
    sink.write(block)
    sink.flush()


async def receive(source: StreamReader) -> Message:
    try:
        text, block = _sizes(await source.readexactly(HEAD.size))
        return _header(await source.readexactly(text)), await source.readexactly(block)
    except (EOFError, OSError) as error:
        raise Broken(repr(error)) from error


async def send(sink: StreamWriter, header: dict[str, Any], block: bytes = b"") -> None:
    try:
        sink.write(pack(header, block))
        sink.write(block)
        await sink.drain()
    except OSError as error:
        raise Broken(repr(error)) from error


def _sizes(head: bytes) -> tuple[int, int]:
    text, block = HEAD.unpack(head)
    if text > MOST_HEADER or block > MOST_BLOCK:
        raise Broken(f"a message of {text} + {block} bytes was announced")
    return text, block


def _header(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Broken("the header is not JSON") from error
    if not isinstance(found, dict):
        raise Broken("the header is not an object")
    return found
