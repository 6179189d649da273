"""ZIP archives: pictures come out, bombs, tricks with names and torn files do not."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from unmask.apps.server.archive import label, unpack
from unmask.apps.server.problems import Problem
from unmask.apps.server.settings import JobBounds

BOUNDS = JobBounds(pictures=10, unpacked=10_000)


def make(entries: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def take(tmp_path):
    """Unpacks an archive given as bytes; nothing may appear outside its folder."""
    folder = tmp_path / "inside"
    folder.mkdir()

    def run(data: bytes, bounds: JobBounds = BOUNDS, max_bytes: int = 5000):
        path = tmp_path / "archive"
        path.write_bytes(data)
        try:
            return unpack(path, folder, bounds, max_bytes)
        finally:
            assert {p.name for p in tmp_path.iterdir()} == {"archive", "inside"}
            assert all(p.name.isdecimal() and p.is_file() for p in folder.iterdir())

    run.folder = folder
    return run


def test_files_come_out_under_numbers(take):
    items = take(make({"a/one.jpg": b"1", "a/": b"", "two.jpg": b"22", "__MACOSX/x": b"no"}))
    assert [(i.number, i.name, i.size) for i in items] == [(0, "a/one.jpg", 1), (1, "two.jpg", 2)]
    assert (take.folder / "1").read_bytes() == b"22"


TRICKS = [
    "../../evil",
    "/etc/passwd",
    "C:\\windows\\x",
    "..\\..\\x",
    "a/../../b",
    "~root/x",
    "\x1b[2Jx",
]


@pytest.mark.parametrize("name", TRICKS)
def test_no_name_leads_anywhere(take, name):
    items = take(make({name: b"data"}))
    assert len(items) == 1
    assert ".." not in items[0].name.split("/")
    assert not items[0].name.startswith("/") and ":" not in items[0].name
    assert "\x1b" not in items[0].name


def test_a_link_inside_is_a_file_like_any_other(take):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    take(out.getvalue())
    assert not (take.folder / "0").is_symlink()
    assert (take.folder / "0").read_bytes() == b"/etc/passwd"


def test_a_bomb_stops_at_the_limit_of_one_file(take):
    bomb = make({"bomb": bytes(50_000_000)})
    assert len(bomb) < 100_000
    with pytest.raises(Problem) as refused:
        take(bomb)
    assert refused.value.code == "too_large"
    assert sum(p.stat().st_size for p in take.folder.iterdir()) <= 5000


def test_many_small_bombs_stop_at_the_limit_of_all(take):
    with pytest.raises(Problem, match="all together"):
        take(make({str(n): bytes(4000) for n in range(9)}))
    assert sum(p.stat().st_size for p in take.folder.iterdir()) <= 10_000


def test_a_size_in_the_header_is_not_believed(take):
    data = bytearray(make({"bomb": bytes(50_000)}))
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.find(signature) + at
        data[start : start + 4] = struct.pack("<I", 10)
    with pytest.raises(Problem) as refused:
        take(bytes(data))
    assert refused.value.code in ("too_large", "bad_archive")
    assert sum(p.stat().st_size for p in take.folder.iterdir()) <= 5000


def test_too_many_files(take):
    with pytest.raises(Problem, match="At most 10 pictures"):
        take(make({str(n): b"x" for n in range(11)}))


def test_a_huge_directory_is_refused_before_it_is_read(take, monkeypatch):
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("zipfile was asked"))
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 60_000, 60_000, 3_000_000, 0, 0)
    with pytest.raises(Problem, match="At most 10"):
        take(b"x" * 100 + end)


def test_zip64_is_refused_before_it_is_read(take):
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, 46, 0, 0)
    with pytest.raises(Problem, match="ZIP64"):
        take(b"PK\x06\x07" + bytes(16) + end)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all", b"\xff\xd8\xff" * 100])
def test_no_archive(take, data):
    with pytest.raises(Problem) as refused:
        take(data)
    assert refused.value.code == "bad_archive"


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack_are_refused_before_they_are_tried(take, how):
    with pytest.raises(Problem) as refused:
        take(make({"a": b"x"}, how))
    assert refused.value.code == "bad_archive"


def test_a_torn_archive(take):
    data = bytearray(make({"a": bytes(range(256)) * 10}))
    data[60:80] = bytes(20)
    with pytest.raises(Problem) as refused:
        take(bytes(data))
    assert refused.value.code == "bad_archive"


def test_an_encrypted_archive(take):
    data = bytearray(make({"a": b"secret"}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + at] |= 1
    with pytest.raises(Problem, match="encrypted"):
        take(bytes(data))


def test_a_label_is_never_empty():
    assert label("../..") == "picture"
    assert len(label("x/" * 1000)) <= 200
