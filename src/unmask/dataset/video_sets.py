"""A folder of videos in its publisher's own form -> Manifest of videos, grouped by source video."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from unmask.dataset.layouts import files, scan
from unmask.dataset.manifest import FAKE, REAL, Entry, Manifest, Split
from unmask.dataset.names import METHODS, connected
from unmask.errors import ConfigError, EmptyDataset

VIDEOS = frozenset((".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg"))

CELEB_FOLDERS = {"celeb-real": REAL, "youtube-real": REAL, "celeb-synthesis": FAKE}
CELEB_TEST = "List_of_testing_videos.txt"
_SWAP = re.compile(r"(id\d+)_id\d+_(\d+)")


def read_videos(root: Path) -> Manifest:
    """Tells the set by its folders; any other tree is read by the labels in its folders' names."""
    if not root.is_dir():
        raise EmptyDataset(f"{root} does not exist. Give a folder of videos.")
    paths = [path for path in files(root) if Path(path).suffix.casefold() in VIDEOS]
    for reader in (_faceforensics, _celeb_df, _dfdc):
        entries = tuple(reader(root, paths))
        if entries:
            return Manifest(root, entries)
    return scan(root, VIDEOS).manifest


def _faceforensics(root: Path, paths: list[str]) -> Iterator[Entry]:
    """`{original,manipulated}_sequences / origin or method / c23 / videos / 033_097.mp4`; masks are left out."""
    placed = {path: (place[1], place[2]) for path in paths if (place := _sequence(path))}
    clips = {path: _clips(Path(path).stem, origin) for path, (_, origin) in placed.items()}
    leaders = connected(clips.values())
    splits = dict(_official_splits(root))
    for path, (sequences, origin) in placed.items():
        fake = sequences == "manipulated_sequences"
        numbers = Path(path).stem.split("_")
        yield Entry(
            path=path,
            label=FAKE if fake else REAL,
            split=splits.get(numbers[0], Split.NONE) if origin in _PAIRED else Split.NONE,
            set="faceforensics",
            generator=METHODS.get(origin, origin) if fake else "",
            group=leaders[clips[path][0]],
        )


_PAIRED = {"youtube", "deepfakes", "face2face", "faceswap", "faceshifter", "neuraltextures"}
"""Origins made of the thousand numbered clips, which the official lists of pairs split."""


def _sequence(path: str) -> re.Match[str] | None:
    return re.search(
        r"(?:^|/)(original_sequences|manipulated_sequences)/([^/]+)/(?!masks/)[^/]+/videos/[^/]+$",
        path.casefold(),
    )


def _clips(stem: str, origin: str) -> tuple[str, ...]:
    """The clips a video is made of; of Google's actors the scene that was filmed, or all would be one."""
    if origin in _PAIRED:
        return tuple(f"clip/{number}" for number in stem.split("_"))
    people, _, scene = stem.partition("__")
    return (f"actors/{people.split('_')[0]}__{scene.partition('__')[0]}",)


def _official_splits(root: Path) -> Iterator[tuple[str, Split]]:
    """`train.json`, `val.json` and `test.json`: lists of pairs of clips."""
    for name, split in (
        ("train", Split.TRAIN),
        ("val", Split.VALIDATION),
        ("test", Split.TEST),
    ):
        for path in (root / f"{name}.json", root / "splits" / f"{name}.json"):
            if path.is_file():
                for pair in _json(path):
                    yield from ((str(clip), split) for clip in pair)


def _celeb_df(root: Path, paths: list[str]) -> Iterator[Entry]:
    """`Celeb-real/id0_0000.mp4`, `Celeb-synthesis/id0_id1_0000.mp4`, `YouTube-real/00000.mp4`.

    A swap is grouped with the video it was made from. The published test list calls real 1;
    only its paths are used, the folders say the label.
    """
    tested = _celeb_tests(root)
    for path in paths:
        folder = next((f for f in path.casefold().split("/") if f in CELEB_FOLDERS), None)
        if folder is None:
            continue
        label, stem = CELEB_FOLDERS[folder], Path(path).stem
        swap = _SWAP.fullmatch(stem)
        source = f"celeb-real/{swap[1]}_{swap[2]}" if swap else f"{folder}/{stem}"
        split = Split.TEST if _celeb_key(path) in tested else Split.TRAIN
        yield Entry(
            path=path,
            label=label,
            split=split if tested else Split.NONE,
            set="celeb-df",
            generator="Celeb-DF" if label == FAKE else "",
            group=source,
        )


def _celeb_tests(root: Path) -> set[str]:
    path = root / CELEB_TEST
    if not path.is_file():
        return set()
    lines = path.read_text(encoding="utf-8").splitlines()
    return {_celeb_key(line.split(maxsplit=1)[1]) for line in lines if len(line.split()) > 1}


def _celeb_key(path: str) -> str:
    """Folder and name, as some copies of the set have `videos/` between them."""
    parts = path.strip().casefold().split("/")
    return f"{next((part for part in parts if part in CELEB_FOLDERS), '')}/{parts[-1]}"


def _dfdc(root: Path, paths: list[str]) -> Iterator[Entry]:
    """`dfdc_train_part_0/metadata.json` or `labels.csv` beside the videos they tell of."""
    told: dict[str, dict[str, Any]] = {}
    for folder in sorted({Path(path).parent for path in paths}):
        for name, row in _dfdc_rows(root / folder):
            told[(folder / name).as_posix()] = row
    for path in paths:
        if path in told:
            yield _dfdc_entry(path, told[path])


def _dfdc_rows(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if (metadata := folder / "metadata.json").is_file():
        yield from _json(metadata).items()
    if (labels := folder / "labels.csv").is_file():
        with labels.open(encoding="utf-8-sig", newline="") as stream:
            yield from ((row["filename"], dict(row)) for row in csv.DictReader(stream))


def _dfdc_entry(path: str, row: dict[str, Any]) -> Entry:
    label = str(row.get("label", row.get("is_fake", ""))).casefold()
    known = {"fake": FAKE, "1": FAKE, "real": REAL, "0": REAL}
    if label not in known:
        raise ConfigError(
            f"The list beside {path} gives it the label {label!r}; expected REAL or FAKE. "
            "Fetch the set's metadata again."
        )
    source = Path(str(row.get("original") or path)).stem
    return Entry(
        path=path,
        label=known[label],
        split=Split(row["split"]) if row.get("split") in set(Split) else Split.NONE,
        set="dfdc",
        generator="DFDC" if known[label] == FAKE else "",
        group=source,
    )


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigError(f"{path} is not JSON: {error}. Fetch it again.") from error
