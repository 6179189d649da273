"""A folder of pictures as it came -> Manifest: labels, splits and sets are read off the folders' names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from unmask.dataset.manifest import Entry, Manifest, Split, read_manifest
from unmask.dataset.names import METHODS, connected, told_by
from unmask.dataset.words import Meaning, meaning_of
from unmask.errors import ConfigError, EmptyDataset

T = TypeVar("T")

_JPEG = (".jpg", ".jpeg", ".jpe", ".jfif")
_OTHERS = (".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif", ".heic", ".heif")
PICTURES = frozenset((*_JPEG, *_OTHERS))
MANIFEST = "manifest.csv"
WRAPPERS = {"dataset", "data", "real_vs_fake", "real-vs-fake", "versions"}
"""Folders that published archives put around their contents; they name nothing."""


@dataclass(frozen=True)
class Scan:
    """A folder as it was read; `unlabelled` are pictures that stand under no label's name."""

    manifest: Manifest
    unlabelled: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    """One labelled picture and the clips its name tells of, told apart by the folders above them."""

    entry: Entry
    clips: tuple[str, ...]


def read_folder(root: str | Path) -> Manifest:
    """Reads a folder, a folder with a manifest.csv in it, or such a file itself."""
    return scan(root).manifest


def scan(root: str | Path, kinds: frozenset[str] = PICTURES) -> Scan:
    """Reads a folder like `read_folder` and also says which files of these kinds it could not place."""
    root = Path(root)
    listed = root if root.is_file() else root / MANIFEST
    if listed.is_file():
        return Scan(read_manifest(listed), ())
    if not root.is_dir():
        raise EmptyDataset(f"{root} does not exist. Give a folder of pictures or a CSV manifest.")
    home, found, unlabelled = _own_name(root), [], []
    for path in files(root):
        if os.path.splitext(path)[1].casefold() not in kinds:  # noqa: PTH122 - a path object per file is slow
            continue
        placed = _place(path, home)
        if placed is None:
            unlabelled.append(path)
        else:
            found.append(placed)
    if not found:
        raise EmptyDataset(_nothing_labelled(root, len(unlabelled)))
    return Scan(Manifest(root, tuple(_grouped(found))), tuple(sorted(unlabelled)))


def files(root: Path) -> Iterator[str]:
    """Paths of all files below a folder but hidden ones, in order within each folder."""
    seen = set()
    for folder, inner, names in os.walk(root, followlinks=True):
        place = Path(folder)
        real = place.resolve()
        if real in seen:
            inner.clear()
            continue
        seen.add(real)
        inner[:] = sorted(n for n in inner if not n.startswith((".", "__MACOSX")))
        prefix = place.relative_to(root).as_posix()
        for name in sorted(names):
            if not name.startswith("."):
                yield name if prefix == "." else f"{prefix}/{name}"


def _place(path: str, home: str) -> _Found | None:
    """Reads one path: SET / split and label in either order / people or methods / picture."""
    *folders, name = path.split("/")
    meanings = [meaning_of(folder) for folder in folders]
    start = _start(meanings)
    label = _only(path, "labels", [m.label for m in meanings[start:]])
    split = _only(path, "splits", [m.split for m in meanings[start:]])
    if label is None:
        return None
    above = [f for f in folders[:start] if f.casefold() not in WRAPPERS]
    below = [f for f, m in zip(folders[start:], meanings[start:], strict=True) if not m]
    methods = [METHODS[f.casefold()] for f in folders[start:] if f.casefold() in METHODS]
    people = [f for f in below if f.casefold() not in METHODS]
    told = told_by(name.rpartition(".")[0], label)
    entry = Entry(
        path=path,
        label=label,
        split=Split(split or ""),
        set="/".join(above) or home,
        generator=told.generator or (methods[0] if label and methods else ""),
        group="/".join([*above, *people]) if people else "",
    )
    return _Found(entry, tuple("/".join([*above, clip]) for clip in told.clips))


def _start(meanings: list[Meaning]) -> int:
    """Where the set's own name ends: in `ai/Train/Real` the first folder is a name, not a label."""
    splits = [i for i, m in enumerate(meanings) if m.split is not None]
    if splits and any(m.label is not None for m in meanings[splits[0] :]):
        return splits[0]
    return next((i for i, m in enumerate(meanings) if m), len(meanings))


def _only(path: str, what: str, said: Sequence[T | None]) -> T | None:
    found = {value for value in said if value is not None}
    if len(found) > 1:
        raise ConfigError(
            f"The folders of {path!r} name two {what}; expected one. Rename one of the folders, "
            "or list the pictures in a CSV manifest with 'path' and 'label'."
        )
    return found.pop() if found else None


def _grouped(found: list[_Found]) -> Iterator[Entry]:
    """Frames of one clip, and of all clips mixed with it, become one group."""
    leaders = connected(item.clips for item in found if item.clips)
    for item in found:
        if item.clips:
            yield replace(item.entry, group=leaders[item.clips[0]])
        else:
            yield item.entry


def _own_name(root: Path) -> str:
    """The root's name; a wrapper, a version number or a split takes the name above it."""
    place = root.resolve()
    while place.name and (
        place.name.casefold() in WRAPPERS or place.name.isdigit() or meaning_of(place.name)
    ):
        place = place.parent
    return place.name or root.resolve().name


def _nothing_labelled(root: Path, count: int) -> str:
    return (
        f"{root} holds {count} such files and none stands under a folder that says what it is; "
        "expected folders such as Train/Real and Train/Fake, or real and deepfake, "
        "or a manifest.csv with 'path' and 'label'."
    )
