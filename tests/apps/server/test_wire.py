"""What comes from a worker is checked, not trusted: its head, its sizes, its JSON."""

from __future__ import annotations

import asyncio
import io
import struct

import pytest

from unmask.apps.server import wire


def receive(data: bytes):
    async def read():
        stream = asyncio.StreamReader()
        stream.feed_data(data)
        stream.feed_eof()
        return await wire.receive(stream)

    return asyncio.run(read())


def test_there_and_back():
    out = io.BytesIO()
    wire.write(out, {"a": 1}, b"block")
    assert receive(out.getvalue()) == ({"a": 1}, b"block")
    out.seek(0)
    assert wire.read(out) == ({"a": 1}, b"block")
    assert wire.read(out) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"123",
        struct.pack("<II", 2, 0) + b"{",
        struct.pack("<II", 2, 5) + b"{}abc",
        struct.pack("<II", 2**31, 0),
        struct.pack("<II", 2, 2**31) + b"{}",
        struct.pack("<II", 2, 0) + b"[]",
        struct.pack("<II", 3, 0) + b"\xff{}",
        struct.pack("<II", 4, 0) + b"nope",
    ],
)
def test_anything_else_is_broken(data):
    with pytest.raises(wire.Broken):
        receive(data)
