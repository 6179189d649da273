"""Entries -> Manifest: which pictures there are, what they are said to be and where they stand; to and from CSV."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from unmask.dataset.words import label_of, split_of
from unmask.errors import ConfigError, EmptyDataset
from unmask.types import Box

REAL, FAKE = 0, 1

BOX = ("left", "top", "right", "bottom")
COLUMNS = ("path", "label", "split", "set", "generator", "group", *BOX, "root")


class Split(StrEnum):
    """What a picture is for; NONE until somebody has decided."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture: `path` is relative to the manifest's root, POSIX; `label` is 0 real, 1 fake.

    `generator` is the maker or method where it is known; `group` is the person or the source
    video, and the path itself where nothing is known: pictures of one group stay together.
    """

    path: str
    label: int
    split: Split = Split.NONE
    set: str = ""
    generator: str = ""
    group: str = ""
    box: Box | None = None

    def __post_init__(self) -> None:
        if self.label not in (REAL, FAKE):
            raise ConfigError(
                f"{self.path} has the label {self.label!r}; expected 0 (real) or 1 (fake)."
            )
        if not self.group:
            object.__setattr__(self, "group", self.path)

    @property
    def full_name(self) -> str:
        """SET/PATH, the same whether the manifest began at the set or above it."""
        start = f"/{self.path}".find(f"/{self.set}/")
        return f"{self.set}/{self.path}" if start < 0 else self.path[start:]

    def is_of(self, names: Collection[str]) -> bool:
        """Whether its set or its maker is among the names."""
        return self.set in names or (self.generator != "" and self.generator in names)


@dataclass(frozen=True)
class Manifest:
    """All pictures of one or several sets, always in the order of their paths."""

    root: Path
    entries: tuple[Entry, ...] = field(repr=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.entries, key=lambda entry: entry.path))
        object.__setattr__(self, "entries", ordered)

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def file(self, entry: Entry) -> Path:
        return self.root / entry.path

    def with_entries(self, entries: Iterable[Entry]) -> Manifest:
        return replace(self, entries=tuple(entries))

    def of(self, split: Split) -> Manifest:
        return self.with_entries(entry for entry in self if entry.split == split)

    def in_set(self, name: str) -> Manifest:
        return self.with_entries(entry for entry in self if entry.set == name)

    def labels(self) -> NDArray[np.int64]:
        return np.fromiter((entry.label for entry in self), dtype=np.int64, count=len(self))

    def sets(self) -> tuple[str, ...]:
        return tuple(sorted({entry.set for entry in self}))

    def fingerprint(self) -> str:
        """SHA-256 of what is listed, not of the pictures' bytes.

        The set's name is left out: it may come from the name of the root, and a copy of a
        folder under another name is the same data.
        """
        digest = hashlib.sha256()
        for entry in self:
            row = [entry.path, entry.label, entry.split, entry.generator, entry.group]
            digest.update(json.dumps([*row, _corners(entry.box)]).encode() + b"\n")
        return digest.hexdigest()


def side_by_side(manifests: Sequence[Manifest]) -> Manifest:
    """All pictures of several folders as one manifest, whose root is what the folders share."""
    roots = [manifest.root.resolve() for manifest in manifests]
    shared = Path(os.path.commonpath(roots))
    moved = (
        _moved(entry, (root / entry.path).relative_to(shared).as_posix())
        for root, manifest in zip(roots, manifests, strict=True)
        for entry in manifest
    )
    return Manifest(shared, tuple({entry.path: entry for entry in moved}.values()))


def _moved(entry: Entry, path: str) -> Entry:
    """People and videos keep their name within their set; a picture by itself is known by its path."""
    alone = entry.group == entry.path
    return replace(entry, path=path, group=path if alone else f"{entry.set}/{entry.group}")


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Writes one row per picture; a manifest kept elsewhere than its pictures names their root."""
    home, root = path.parent.resolve(), manifest.root.resolve()
    relative = "" if home == root else Path(os.path.relpath(root, home)).as_posix()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for entry in manifest:
            row = [entry.path, entry.label, entry.split, entry.set, entry.generator, entry.group]
            corners = _corners(entry.box)
            writer.writerow([*row, *(("",) * 4 if corners is None else corners), relative])


def read_manifest(path: Path) -> Manifest:
    """Reads a CSV with the columns `path` and `label`, and as many of the others as it has."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        columns = set(reader.fieldnames or ())
        if not {"path", "label"} <= columns:
            raise ConfigError(
                f"{path} has the columns {', '.join(sorted(columns)) or 'none'}; a manifest needs "
                f"'path' and 'label' and may have {', '.join(COLUMNS[2:])}."
            )
        rows = list(reader)
    if not rows:
        raise EmptyDataset(f"{path} lists no pictures. Write one row per picture below its header.")
    return Manifest(_root(path, rows), tuple(_entry(path, row) for row in rows))


def _root(path: Path, rows: list[dict[str, str]]) -> Path:
    roots = {row.get("root") or "" for row in rows}
    if len(roots) > 1:
        raise ConfigError(
            f"{path} names {len(roots)} roots ({', '.join(sorted(roots)[:3])}); "
            "expected one. Write one manifest per root."
        )
    return path.parent / roots.pop()


def _entry(source: Path, row: dict[str, str]) -> Entry:
    """A row as an Entry; words win over numbers, because some published lists call 1 real."""
    name = (row["path"] or "").replace("\\", "/")
    if not name or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise ConfigError(
            f"{source} lists the path {name!r}; expected one below the manifest's root, "
            "without '..'. Move the manifest next to its pictures or fill its 'root' column."
        )
    label = label_of(row.get("label_str") or row["label"] or "")
    if label is None:
        raise ConfigError(
            f"{source} gives {name} the label {row['label']!r}; expected 0 or real, 1 or fake."
        )
    return Entry(
        path=name,
        label=label,
        split=_split(source, row.get("split") or ""),
        set=row.get("set") or source.parent.resolve().name,
        generator=row.get("generator") or "",
        group=row.get("group") or "",
        box=_box(source, row),
    )


def _split(source: Path, word: str) -> Split:
    found = split_of(word)
    if found is None:
        raise ConfigError(
            f"{source} names the split {word!r}; expected train, validation, test or nothing."
        )
    return Split(found)


def _box(source: Path, row: dict[str, str]) -> Box | None:
    corners = [row.get(name) or "" for name in BOX]
    if not any(corners):
        return None
    try:
        return Box(*(float(corner) for corner in corners))
    except ValueError:
        raise ConfigError(
            f"{source} gives {row['path']} the box {corners}; expected four numbers or none."
        ) from None


def _corners(box: Box | None) -> list[float] | None:
    return None if box is None else [box.left, box.top, box.right, box.bottom]
