"""A ZIP archive in, its pictures as numbered files out, within limits that its headers cannot talk away."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from unmask.apps.server.problems import Problem
from unmask.apps.server.settings import JobBounds
from unmask.apps.server.store import Item

CHUNK = 1 << 16
END = b"PK\x05\x06"
ZIP64 = b"PK\x06\x07"
END_SIZE, MOST_COMMENT = 22, 1 << 16
MOST_NAME = 200
MOST_ENTRY_HEADER = 1024
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Others gain nothing on pictures, and LZMA may ask for gigabytes of memory in its header."""
IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db")

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)


def unpack(archive: Path, folder: Path, bounds: JobBounds, max_bytes: int) -> list[Item]:
    """Names are labels only: every file is written under its number, so no name leads anywhere."""
    with archive.open("rb") as file:
        _check_directory(file, bounds.pictures)
        try:
            return _unpack(file, folder, bounds, max_bytes)
        except BROKEN as error:
            raise Problem(
                "bad_archive", f"The ZIP archive is damaged or encrypted ({type(error).__name__})."
            ) from None


def label(name: str) -> str:
    """A name that is safe to show and to use: no way up, no root, no control characters."""
    plain = "".join(c for c in name.replace("\\", "/") if c.isprintable())
    parts = [p for p in plain.split("/") if p not in ("", ".", "..") and not p.endswith(":")]
    return "/".join(parts)[-MOST_NAME:].lstrip("/") or "picture"


def _unpack(file: BinaryIO, folder: Path, bounds: JobBounds, max_bytes: int) -> list[Item]:
    items: list[Item] = []
    room = bounds.unpacked
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or any(part in entry.filename for part in IGNORED):
                continue
            if len(items) == bounds.pictures:
                raise too_many(bounds.pictures)
            if entry.compress_type not in METHODS:
                raise Problem("bad_archive", "Only stored and deflated files are unpacked.")
            size = _write(archive, entry, folder / str(len(items)), min(max_bytes, room))
            room -= size
            items.append(Item(len(items), label(entry.filename), size))
    return items


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, most: int) -> int:
    """Counts what comes out, whatever the header says will."""
    size = 0
    with archive.open(entry) as source, path.open("xb") as target:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise Problem(
                    "too_large", "A file of the archive, or all together, unpack to too much."
                )
            target.write(chunk)
    return size


def _check_directory(file: BinaryIO, most: int) -> None:
    """Before zipfile reads the whole directory into memory: is it one that we would accept?"""
    size = file.seek(0, 2)
    file.seek(max(0, size - END_SIZE - MOST_COMMENT))
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_SIZE:
        raise Problem("bad_archive", "The body is not a ZIP archive.")
    if ZIP64 in tail:
        raise Problem("bad_archive", "ZIP64 archives are not taken: send less at once.")
    entries, length = struct.unpack("<HL", tail[at + 10 : at + 16])
    if entries > 4 * most or length > 4 * most * MOST_ENTRY_HEADER:
        raise too_many(most)


def too_many(most: int) -> Problem:
    return Problem("too_large", f"At most {most:,} pictures are taken in one job.")
