"""A finder's recorded inputs and outputs, written to and read from `selftest.npz`, and compared."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unmask.errors import DetectorDamaged

FILE = "selftest.npz"
MAX_BYTES = 16 * 1024 * 1024
TOLERANCE = {"boxes": 0.5, "confidence": 1e-3}
"""How far two machines may differ: in pixels of the working square, and in confidence."""


@dataclass(frozen=True)
class Recording:
    """Drawn pictures [n, S, S, 3] with the network's raw answers to them."""

    image: NDArray[np.uint8] = field(compare=False)
    boxes: NDArray[np.float32] = field(compare=False)
    confidence: NDArray[np.float32] = field(compare=False)

    def compare(self, boxes: NDArray[np.float32], confidence: NDArray[np.float32]) -> None:
        """Raises when the answers given now are not the ones recorded."""
        for name, expected, got in (
            ("boxes", self.boxes, boxes),
            ("confidence", self.confidence, confidence),
        ):
            same = expected.shape == got.shape
            worst = float(np.abs(expected - got).max(initial=0.0)) if same else float("inf")
            if not worst <= TOLERANCE[name]:
                raise DetectorDamaged(
                    f"Self-test of the face finder: {name} {got.shape} are off by {worst:.3g} from "
                    f"the recorded {expected.shape}, allowed is {TOLERANCE[name]:g}. The network "
                    "does not compute what it did when it was made; install the package again."
                )


def write(folder: Path, recording: Recording) -> None:
    np.savez_compressed(
        folder / FILE,
        image=recording.image,
        boxes=recording.boxes.astype(np.float32),
        confidence=recording.confidence.astype(np.float32),
    )


def read(folder: Path) -> Recording:
    path = folder / FILE
    try:
        _check_size(path)
        with np.load(path, allow_pickle=False) as arrays:
            return Recording(arrays["image"], arrays["boxes"], arrays["confidence"])
    except FileNotFoundError:
        raise DetectorDamaged(f"{path} is missing. Install the package again.") from None
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise DetectorDamaged(
            f"{path} is not a self-test: {error}. Install the package again."
        ) from error


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > MAX_BYTES:
        raise ValueError(f"{size} bytes when unpacked, at most {MAX_BYTES} are read")
