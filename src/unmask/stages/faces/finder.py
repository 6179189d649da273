"""DecodedImage -> Faces: the shipped network, which looks again more closely where small faces are likely."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unmask.errors import DetectorDamaged
from unmask.pixels import shrink
from unmask.runtime import Session
from unmask.stages.faces import selftest
from unmask.stages.faces.boxes import NONE, Candidates, distinct, distinct_each, without_pieces
from unmask.stages.faces.looks import Look, closer_looks, first_look
from unmask.stages.faces.spec import FinderSpec, read_spec
from unmask.types import Box, DecodedImage, Face, Pixels

MODEL = "model.onnx"

STEP = 2.0
"""How much finer each further look is, before its scale is rounded to a whole number of pixels."""
WORTH_IT = 1.3
"""A further look must be at least this much finer than the one before."""
FINEST = 2560
"""No further look makes the longer side larger than this: it bounds time and false finds."""
SMALL = 48.0
"""A suspicion seen smaller than this is worth a closer look at its place."""
TINY = 32.0
"""A face seen smaller than this is too, although it is sure: there may be smaller ones beside it."""
BLIND = 2
"""While nothing at all was found, this many further looks are made without any hint."""
NEAR = 0.2
"""A face that is at least this share of the picture's longer side is near."""
PORTRAIT = 1.5
"""Beside a near face a suspicion must be so much stronger: what is behind a portrait is seldom a crowd."""
BATCH = 8

Flags = NDArray[np.bool_]


def shipped_finder() -> Path:
    """The folder of the face finder that comes inside the package."""
    return Path(__file__).parents[2] / "models" / "finder"


class OnnxFinder:
    """Finds faces of any size; safe to call from many threads."""

    def __init__(self, spec: FinderSpec, session: Session, folder: Path) -> None:
        self.spec, self.session, self.folder = spec, session, folder

    @classmethod
    def open(cls, folder: Path, threads: int = 1) -> OnnxFinder:
        """Opens a finder folder; the weights must be those its finder.json names."""
        spec, path = read_spec(folder), folder / MODEL
        if not path.is_file():
            raise DetectorDamaged(f"{path} is missing. Install the package again.")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != spec.sha256:
            raise DetectorDamaged(
                f"{path} has the hash {found[:16]}…, its finder.json expects {spec.sha256[:16]}…. "
                "The file was changed or damaged; install the package again."
            )
        return cls(spec, Session.open(path, threads), folder)

    @classmethod
    def shipped(cls, threads: int = 1) -> OnnxFinder:
        """The one that comes inside the package."""
        return cls.open(shipped_finder(), threads)

    def find(self, image: DecodedImage) -> tuple[Face, ...]:
        """All faces, the largest first."""
        found = self._search(image)
        low, high = np.zeros(4), np.array([image.width, image.height] * 2)
        faces = [
            Face(Box(*(float(v) for v in box)), float(confidence))
            for box, confidence in zip(found.boxes.clip(low, high), found.confidence, strict=True)
        ]
        return tuple(sorted(faces, key=lambda f: (-f.box.width * f.box.height, f.box.left)))

    def selftest(self) -> None:
        """Raises unless the network still gives the answers that were recorded when it was made."""
        recording = selftest.read(self.folder)
        out = self.session.run({"image": recording.image})
        recording.compare(out["boxes"], out["confidence"])

    def candidates(self, squares: Pixels) -> list[Candidates]:
        """What the network suspects in each working square [n, S, S, 3], one box for each face."""
        out = self.session.run({"image": squares})
        suspected = np.nonzero(out["confidence"] >= self.spec.suspicion)
        seen = Candidates(out["boxes"][suspected], out["confidence"][suspected])
        return distinct_each(seen, suspected[0], len(squares))

    def _search(self, image: DecodedImage) -> Candidates:
        size, longest = self.spec.size, max(image.width, image.height)
        scales = _scales(longest / size, math.ceil(longest / FINEST))
        coarsest = scales[0] if scales else 1
        scaled = shrink(
            image.raster, coarsest
        )  # the first look and the second are both made from it
        seen = self._ask([first_look(scaled, coarsest, size)])
        sure = self._is_sure(seen, longest)
        found, ratio = seen.where(sure), longest / size
        for depth, blocks in enumerate(scales):
            hints = seen.boxes[self._is_hint(seen, sure, ratio, found, longest)]
            if not len(hints) and (len(found) or depth >= BLIND):
                break
            scaled = shrink(image.raster, blocks) if depth else scaled
            seen, ratio = self._ask(closer_looks(scaled, blocks, size, hints)), blocks
            sure = self._is_sure(seen, longest)
            found = distinct(found + without_pieces(seen.where(sure), found))
        return found

    def _is_sure(self, seen: Candidates, longest: int) -> Flags:
        """A picture has few places for large faces and many for small ones: those must be surer."""
        near = seen.sides >= NEAR * longest
        needed = np.where(near, self.spec.near_threshold, self.spec.threshold)
        sure: Flags = seen.confidence >= needed
        return sure

    def _is_hint(
        self, seen: Candidates, sure: Flags, ratio: float, found: Candidates, longest: int
    ) -> Flags:
        """Small for this scale, and suspicious enough for a portrait or for a scene."""
        small = seen.sides < ratio * np.where(sure, TINY, SMALL)
        near = found.sides.max(initial=0.0) >= NEAR * longest
        hint: Flags = small & (seen.confidence >= self.spec.suspicion * (PORTRAIT if near else 1))
        return hint

    def _ask(self, views: Sequence[Look]) -> Candidates:
        """Everything suspected in these squares, in pixels of the picture."""
        seen = NONE
        for start in range(0, len(views), BATCH):
            batch = views[start : start + BATCH]
            answers = self.candidates(np.stack([view.square for view in batch]))
            for view, answer in zip(batch, answers, strict=True):
                seen = seen + view.place(answer) if len(answer) else seen
        return distinct(seen) if len(views) > 1 else seen


def _scales(ratio: float, finest: int) -> tuple[int, ...]:
    """How many pixels of the picture each closer look makes one, from coarse to fine."""
    finer = max(round(ratio / STEP), finest)
    return (finer, *_scales(finer, finest)) if finer * WORTH_IT <= ratio else ()
