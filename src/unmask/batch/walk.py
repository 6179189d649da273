"""A folder -> the names of its picture files, one at a time, however large or broken the tree is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

EXTENSIONS = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".webp",
        ".avif",
        ".tif",
        ".tiff",
        ".bmp",
        ".gif",
        ".heic",
        ".heif",
        ".hif",
    ]
)

Skipped = Callable[[str, str], None]
"""Called with a name and a reason for everything that could not be looked into."""


def walk(folder: Path, every_file: bool, skipped: Skipped) -> Iterator[str]:
    """Names below the folder, with forward slashes, in the order the disk gives them.

    Nothing is sorted, because sorting holds a whole folder in memory. Links to files are followed;
    links to folders are not, so no loop exists and nothing is met twice. Pipes, sockets and
    devices are passed over.
    """
    waiting = [""]
    while waiting:
        for name, is_folder in _entries(folder, waiting.pop(), skipped):
            if is_folder:
                waiting.append(name)
            elif every_file or os.path.splitext(name)[1].lower() in EXTENSIONS:  # noqa: PTH122
                yield name


def _entries(folder: Path, below: str, skipped: Skipped) -> Iterator[tuple[str, bool]]:
    try:
        with os.scandir(folder / below) as entries:
            for entry in entries:
                name = f"{below}/{entry.name}" if below else entry.name
                kind = _kind(entry, name, skipped)
                if kind is not None:
                    yield name, kind
    except OSError as error:
        skipped(below or ".", error.strerror or str(error))


def _kind(entry: os.DirEntry[str], name: str, skipped: Skipped) -> bool | None:
    """True for a folder, False for a file, None for what is neither."""
    try:
        if entry.is_dir(follow_symlinks=False):
            return True
        return False if entry.is_file() else None
    except OSError as error:
        skipped(name, error.strerror or str(error))
        return None
