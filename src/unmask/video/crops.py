"""Manifest of videos -> a folder of face crops and their Manifest, grouped by source video."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
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
    """Writes the largest face of each chosen frame, and a manifest.csv beside them.

    A video that cannot be read is told and never stops the rest; `progress` hears of each.
    """
    finder = finder or OnnxFinder.open(shipped_finder())
    entries: list[Entry] = []
    failures: list[tuple[str, str]] = []
    for video in videos:
        before = len(entries)
        try:
            entries.extend(_crops(videos.file(video), video, folder, plan, finder))
            if len(entries) == before:
                failures.append((video.path, "no face was found"))
        except UnmaskError as error:
            failures.append((video.path, str(error)))
        if progress is not None:
            progress(len(entries) > before)
    manifest = Manifest(folder, tuple(entries))
    write_manifest(manifest, folder / MANIFEST)
    return CropRun(manifest, tuple(failures))


def _crops(
    path: Path, video: Entry, folder: Path, plan: CropPlan, finder: FaceFinder
) -> Iterator[Entry]:
    seen = _faces(frames(path, plan.every), finder)
    for frame, face in islice(seen, plan.per_video):
        where = square(face.box, plan.margin, frame.pixels.shape[1], frame.pixels.shape[0])
        place = _place(video, frame.time, plan)
        _save(cut(frame.pixels, where), folder / place)
        yield replace(video, path=place, box=_inside(face.box, where))


def _faces(pictures: Iterator[Frame], finder: FaceFinder) -> Iterator[tuple[Frame, Face]]:
    for frame in pictures:
        found = finder.find(from_pixels(frame.pixels))
        if found:
            yield frame, found[0]


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
