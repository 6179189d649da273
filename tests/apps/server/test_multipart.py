"""Forms: parts in memory, in any slicing of the bytes; broken ones are refused."""

from __future__ import annotations

import asyncio

import pytest

from unmask.apps.server.multipart import parts
from unmask.apps.server.problems import Problem

KIND = "multipart/form-data; boundary=xx"
FORM = (
    b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    b"Content-Type: image/jpeg\r\n\r\nAAAA\r\n"
    b'--xx\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n--xx--\r\n'
)


def parse(data: bytes, kind: str = KIND, most: int = 100, step: int = 7):
    async def pieces():
        for start in range(0, len(data), step):
            yield data[start : start + step]

    async def collect():
        return [part async for part in parts(pieces(), kind, most)]

    return asyncio.run(collect())


@pytest.mark.parametrize("step", [1, 3, 7, 50, 1000])
def test_parts_whatever_the_slices(step):
    file, note = parse(FORM, step=step)
    assert (file.name, file.filename, bytes(file.data)) == ("file", "a.jpg", b"AAAA")
    assert (note.name, note.filename, bytes(note.data)) == ("note", None, b"hello")


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (FORM, "multipart/form-data", "bad_request"),
        (FORM[:-8], KIND, "bad_request"),
        (b"nonsense", KIND, "bad_request"),
        (FORM.replace(b"AAAA", b"A" * 101), KIND, "too_large"),
        (b"--xx\r\n" + b"A: " + b"x" * 100_000 + b"\r\n\r\n", KIND, "bad_request"),
        (b"--xx\r\n" + b"A: x\r\n" * 1000 + b"\r\n", KIND, "bad_request"),
    ],
)
def test_what_is_refused(data, kind, code):
    with pytest.raises(Problem) as refused:
        parse(data, kind)
    assert refused.value.code == code
