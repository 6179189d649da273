"""Manifest + face finder -> Faces with known labels, cut exactly as serving cuts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from unmask.dataset.manifest import FAKE, REAL, Entry, Manifest
from unmask.errors import EmptyDataset, InputError
from unmask.evaluation.calibration import LabelledLogits
from unmask.stages.crops import crop
from unmask.stages.decode import decode
from unmask.stages.detectors.detector import Detector
from unmask.stages.faces.protocol import FaceFinder
from unmask.types import Crop, CropSpec

Report = Callable[[int, int], None]
_BATCH = 64


@dataclass(frozen=True)
class LabelledFaces:
    """The largest face of every picture that has one; `left_out` names the pictures that gave none."""

    crops: tuple[Crop, ...] = field(repr=False)
    entries: tuple[Entry, ...] = field(repr=False)
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.crops)

    def count(self, label: int) -> int:
        return sum(entry.label == label for entry in self.entries)

    def pixels(self) -> NDArray[np.uint8]:
        """All crops as one array [N, S, S, 3]."""
        return np.stack([crop.pixels for crop in self.crops])

    def sets(self) -> tuple[str, ...]:
        return tuple(sorted({entry.set for entry in self.entries}))

    def scored(self, detector: Detector) -> LabelledLogits:
        """What a detector says about each of them."""
        scores = detector.score(self.crops)
        return LabelledLogits(
            np.array([score.logit for score in scores], np.float64),
            np.array([entry.label == FAKE for entry in self.entries]),
            np.array([entry.set for entry in self.entries]),
            np.array([f"{entry.set}/{entry.group}" for entry in self.entries]),
        )

    def spread(self, count: int) -> LabelledFaces:
        """About `count` of them, drawn evenly through all sets and both classes; no chance in it."""
        kinds: dict[tuple[str, int], list[int]] = {}
        for i, entry in enumerate(self.entries):
            kinds.setdefault((entry.set, entry.label), []).append(i)
        each = -(-count // max(len(kinds), 1))
        chosen = sorted(i for members in kinds.values() for i in _evenly(members, each))
        return LabelledFaces(
            tuple(self.crops[i] for i in chosen), tuple(self.entries[i] for i in chosen)
        )


def labelled_faces(
    manifests: Sequence[Manifest],
    finder: FaceFinder,
    spec: CropSpec,
    workers: int = 2,
    report: Report = lambda done, total: None,
) -> LabelledFaces:
    """Reads every picture; one without a face or that cannot be read is left out by name."""
    todo = [(manifest, entry) for manifest in manifests for entry in manifest]
    crops, entries, left_out = [], [], []
    with ThreadPoolExecutor(workers) as pool:
        for i in range(0, len(todo), _BATCH):
            batch = todo[i : i + _BATCH]
            found = pool.map(lambda t: _largest(t[0], t[1], finder, spec), batch)
            for (_, entry), cut in zip(batch, found, strict=True):
                if cut is None:
                    left_out.append(entry.path)
                else:
                    crops.append(cut)
                    entries.append(entry)
            report(min(i + _BATCH, len(todo)), len(todo))
    faces = LabelledFaces(tuple(crops), tuple(entries), tuple(left_out))
    _check(faces)
    return faces


def _largest(manifest: Manifest, entry: Entry, finder: FaceFinder, spec: CropSpec) -> Crop | None:
    try:
        image = decode(manifest.file(entry).read_bytes())
    except (InputError, OSError):
        return None
    found = finder.find(image)
    return crop(image, found[0], spec) if found else None


def _check(faces: LabelledFaces) -> None:
    real, fake = faces.count(REAL), faces.count(FAKE)
    if not real or not fake:
        raise EmptyDataset(
            f"{real} real and {fake} fake faces were found, and {len(faces.left_out)} pictures gave "
            "none; both kinds are needed. Check the split and the folders' names."
        )


def _evenly(members: Sequence[int], count: int) -> Iterator[int]:
    step = max(len(members) / count, 1.0)
    return (members[int(i * step)] for i in range(min(count, len(members))))
