"""A detector's recorded inputs and outputs, written to and read from `selftest.npz`, and compared."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unmask.errors import DetectorDamaged

FILE = "selftest.npz"
MAX_BYTES = 64 * 1024 * 1024
TOLERANCE = 1e-3
"""How far a float32 network may differ between two machines, in logits and in parts of the value."""


@dataclass(frozen=True)
class Recording:
    """Pictures with the answers they gave; `tolerance` is wider where arithmetic depends on the CPU."""

    image: NDArray[np.uint8]
    logit: NDArray[np.float32]
    activation_map: NDArray[np.float32]
    tolerance: float = TOLERANCE

    def compare(self, logit: NDArray[np.float32], activation_map: NDArray[np.float32]) -> None:
        """Raises when the answers given now are not the ones recorded."""
        for name, expected, got in (
            ("logit", self.logit, logit),
            ("activation_map", self.activation_map, activation_map),
        ):
            if expected.shape != got.shape:
                raise DetectorDamaged(
                    f"Self-test: {name} has the shape {got.shape}, recorded was {expected.shape}. "
                    "Install the detector again."
                )
            scale = np.maximum(1.0, np.abs(expected))
            worst = float(np.max(np.abs(expected - got) / scale, initial=0.0))
            if not worst <= self.tolerance:
                raise DetectorDamaged(
                    f"Self-test: {name} is off by {worst:.3g}, allowed is {self.tolerance:.3g}. "
                    "The network does not compute what it did when it was made; "
                    "install the detector again."
                )


def write(folder: Path, recording: Recording) -> None:
    np.savez_compressed(
        folder / FILE,
        image=recording.image,
        logit=recording.logit.astype(np.float32),
        activation_map=recording.activation_map.astype(np.float32),
        tolerance=np.float32(recording.tolerance),
    )


def read(folder: Path) -> Recording:
    path = folder / FILE
    try:
        _check_size(path)
        with np.load(path, allow_pickle=False) as arrays:
            return _checked(
                arrays["image"],
                arrays["logit"],
                arrays["activation_map"],
                float(arrays["tolerance"]) if "tolerance" in arrays else TOLERANCE,
            )
    except FileNotFoundError:
        raise DetectorDamaged(f"{path} is missing. Install the detector again.") from None
    except (KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile) as error:
        raise DetectorDamaged(f"{path} is not a self-test: {error}.") from error


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > MAX_BYTES:
        raise ValueError(f"{size} bytes when unpacked, at most {MAX_BYTES} are read")


def _checked(
    image: NDArray[np.uint8],
    logit: NDArray[np.float32],
    activation_map: NDArray[np.float32],
    tolerance: float,
) -> Recording:
    if image.dtype != np.uint8 or image.ndim != 4 or not len(image):
        raise ValueError(f"image is {image.dtype} {image.shape}, expected uint8 [n, S, S, 3]")
    if logit.shape != (len(image),) or activation_map.shape[:1] != (len(image),):
        raise ValueError("not one answer for each picture")
    if not 0 < tolerance <= 1:
        raise ValueError(f"tolerance {tolerance:g}")
    return Recording(image, logit, activation_map, tolerance)
