"""DecodedImage -> Faces: the shipped network, which looks again more closely where small faces are likely."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from unmask.errors import DetectorDamaged
from unmask.runtime import Session
from unmask.stages.faces import selftest
from unmask.stages.faces.boxes import NONE, Array, Candidates, distinct, without_pieces
from unmask.stages.faces.looks import looks
from unmask.stages.faces.spec import FinderSpec, read_spec
from unmask.types import Box, DecodedImage, Face, Pixels

MODEL = "model.onnx"

STEP = 2.0
"""How much finer each further look is."""
WORTH_IT = 1.3
"""A further look must be at least this much finer than the one before."""
FINEST = 2048
"""No look is finer than one where the longer side has this many pixels: it bounds time and false finds."""
SMALL = 64.0
"""A face seen smaller than this hints that there are smaller ones yet."""
BLIND = 2
"""While nothing at all was found, this many further looks are made without any hint."""
NEAR = 0.2
"""A face that is at least this share of the picture's longer side is near."""
BATCH = 8


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
        found = self._search(image.pixels)
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
        return [
            distinct(Candidates(boxes[sure], confidence[sure]))
            for boxes, confidence in zip(out["boxes"], out["confidence"], strict=True)
            for sure in [confidence >= self.spec.suspicion]
        ]

    def _search(self, pixels: Pixels) -> Candidates:
        longest = max(pixels.shape[:2])
        scale = min(1.0, self.spec.size / longest)
        finest = min(1.0, FINEST / longest)
        found, depth = NONE, 0
        while True:
            seen = self._look(pixels, scale)
            sure = seen.where(seen.confidence >= self._needed(seen, longest))
            found = distinct(found + without_pieces(sure, found))
            hint = bool((seen.sides * scale < SMALL).any())
            if not (hint or (not len(found) and depth < BLIND)) or scale * WORTH_IT > finest:
                return found
            scale, depth = min(scale * STEP, finest), depth + 1

    def _needed(self, seen: Candidates, longest: int) -> Array:
        """A picture has few places for large faces and many for small ones: those must be surer."""
        near = seen.sides >= NEAR * longest
        return np.where(near, self.spec.near_threshold, self.spec.threshold).astype(np.float32)

    def _look(self, pixels: Pixels, scale: float) -> Candidates:
        """Everything suspected at one scale, in pixels of the picture."""
        views = looks(pixels, scale, self.spec.size)
        seen = NONE
        for start in range(0, len(views), BATCH):
            batch = views[start : start + BATCH]
            answers = self.candidates(np.stack([view.square for view in batch]))
            for view, answer in zip(batch, answers, strict=True):
                seen = seen + view.place(answer)
        return distinct(seen)
