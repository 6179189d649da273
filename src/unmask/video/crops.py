"""Manifest of videos -> a folder of one person's crops each, and their Manifest, grouped by source video."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from unmask.dataset.layouts import MANIFEST
from unmask.dataset.manifest import FAKE, Entry, Manifest, write_manifest
from unmask.errors import ConfigError, UnmaskError
from unmask.pixels import cut
from unmask.stages.crops import square
from unmask.stages.decode import from_pixels
from unmask.stages.faces.finder import OnnxFinder, shipped_finder
from unmask.stages.faces.protocol import FaceFinder
from unmask.types import Box, Face, Pixels
from unmask.video.frames import Frame, frames
from unmask.video.look import Seen
from unmask.video.tracks import Tracker

QUALITY = 95


@dataclass(frozen=True)
class CropPlan:
    """Which frames are taken and how faces are cut; `every` None means key frames.

    Crops keep the video's own resolution: scaling is the detector's business, later.
    """

    every: float | None = None
    per_video: int = 20
    margin: float = 1.6
    png: bool = False

    def __post_init__(self) -> None:
        if self.per_video < 1 or self.margin < 1:
            raise ConfigError(
                f"{self.per_video} crops a video with margin {self.margin:g} were asked for; "
                "expected at least 1 of each."
            )


@dataclass(frozen=True)
class CropRun:
    """What came of it: the crops, and why some videos gave none."""

    manifest: Manifest
    failures: tuple[tuple[str, str], ...]


def save_faces(
    videos: Manifest,
    folder: Path,
    plan: CropPlan = CropPlan(),
    finder: FaceFinder | None = None,
    progress: Callable[[bool], None] | None = None,
) -> CropRun:
    """Writes the person of each video who was seen most often, and a manifest.csv beside the crops.

    A video that cannot be read is told and never stops the rest; what came before damage is kept.
    `progress` hears of each.
    """
    finder = finder or OnnxFinder.open(shipped_finder())
    entries: list[Entry] = []
    failures: list[tuple[str, str]] = []
    for video in videos:
        pieces, why = _followed(videos.file(video), plan, finder)
        entries.extend(_written(piece, video, folder, plan) for piece in pieces)
        if why:
            failures.append((video.path, why))
        if progress is not None:
            progress(bool(pieces))
    manifest = Manifest(folder, tuple(entries))
    write_manifest(manifest, folder / MANIFEST)
    return CropRun(manifest, tuple(failures))


@dataclass(frozen=True)
class _Piece:
    time: float
    pixels: Pixels
    box: Box


def _followed(path: Path, plan: CropPlan, finder: FaceFinder) -> tuple[list[_Piece], str]:
    """One person's pieces, and what went wrong: others in the clip may not be what its label says."""
    tracker, persons = Tracker(), defaultdict[int, list[_Piece]](list)
    why = ""
    try:
        for frame in frames(path, plan.every):
            faces = finder.find(from_pixels(frame.pixels))
            pieces = [_piece(frame, face, plan) for face in faces]
            # Nobody is judged here: the tracker needs the place and the looks alone.
            seen = [Seen(f, (p.pixels,), (), 0.5) for f, p in zip(faces, pieces, strict=True)]
            for track, piece in zip(tracker.update(frame.time, seen), pieces, strict=True):
                persons[track.number].append(piece)
            if max(map(len, persons.values()), default=0) >= plan.per_video:
                break
    except UnmaskError as error:
        why = str(error)
    person: list[_Piece] = max(persons.values(), key=len, default=[])
    return person, why or ("" if person else "no face was found")


def _piece(frame: Frame, face: Face, plan: CropPlan) -> _Piece:
    where = square(face.box, plan.margin, frame.pixels.shape[1], frame.pixels.shape[0])
    return _Piece(frame.time, cut(frame.pixels, where).copy(), _inside(face.box, where))


def _written(piece: _Piece, video: Entry, folder: Path, plan: CropPlan) -> Entry:
    place = _place(video, piece.time, plan)
    _save(piece.pixels, folder / place)
    return replace(video, path=place, box=piece.box)


def _place(video: Entry, time: float, plan: CropPlan) -> str:
    """`train/fake/NAME-OF-THE-VIDEO/00012400.jpg`: readable as folders too, one folder per video."""
    name = Path(video.path).with_suffix("").as_posix().replace("/", "__")
    label = "fake" if video.label == FAKE else "real"
    file = f"{round(time * 1000):08d}.{'png' if plan.png else 'jpg'}"
    return "/".join(part for part in (video.split.value, label, name, file) if part)


def _inside(box: Box, frame: Box) -> Box:
    """The face's box as the crop sees it."""
    left, top = round(frame.left), round(frame.top)
    return Box(box.left - left, box.top - top, box.right - left, box.bottom - top)


def _save(pixels: Pixels, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Pillow's PNG writer passes over what only JPEG knows.
    Image.fromarray(pixels).save(path, quality=QUALITY, subsampling=0)
