"""The nouns, in the order a picture meets them: frozen data that each step hands to the next."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

Pixels = NDArray[np.uint8]
"""(height, width, 3) uint8 RGB, upright; nothing else is ever called pixels."""

Raster: TypeAlias = "Pixels | Image.Image"
"""A whole picture as it came: an array, or Pillow's own form of one (mode RGB). Neither is copied into
the other before somebody needs it, which for a large picture takes longer than looking at it."""

Heatmap = NDArray[np.float32]
"""(height, width) float32 between 0 and 1."""


DEFAULT_DETECTOR = "balanced"
"""Asked where no detector is named: two networks in the time that `fast` takes for one."""


class Label(StrEnum):
    """The three answers."""

    REAL = "real"
    FAKE = "fake"
    INCONCLUSIVE = "inconclusive"


class Reason(StrEnum):
    """Why the answer is what it is; everything but `clear` goes with `inconclusive`."""

    CLEAR = "clear"
    BETWEEN_THRESHOLDS = "between_thresholds"
    UNSTABLE = "unstable"
    DETECTORS_DISAGREE = "detectors_disagree"
    NO_FACE = "no_face"
    FACE_TOO_SMALL = "face_too_small"


class Format(StrEnum):
    """Picture formats by the name Pillow gives them."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    AVIF = "AVIF"
    TIFF = "TIFF"
    BMP = "BMP"
    GIF = "GIF"
    HEIF = "HEIF"


@dataclass(frozen=True)
class Limits:
    """What is accepted from outside, checked before any pixel is decoded."""

    max_bytes: int = 64 * 1024 * 1024
    max_pixels: int = 100_000_000
    formats: tuple[Format, ...] = tuple(Format)


@dataclass(frozen=True)
class Source:
    """Where pixels came from, told by the bytes alone."""

    sha256: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True)
class DecodedImage:
    raster: Raster = field(compare=False, repr=False)
    source: Source

    @cached_property
    def pixels(self) -> Pixels:
        return np.asarray(self.raster)

    @property
    def width(self) -> int:
        return size_of(self.raster)[0]

    @property
    def height(self) -> int:
        return size_of(self.raster)[1]


def size_of(raster: Raster) -> tuple[int, int]:
    """Width and height."""
    if isinstance(raster, np.ndarray):
        return int(raster.shape[1]), int(raster.shape[0])
    return raster.size


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the upright picture; right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True)
class Face:
    box: Box
    confidence: float


@dataclass(frozen=True)
class CropSpec:
    """How a detector wants its faces cut: a square of `size` pixels, `margin` times as wide as the face."""

    size: int
    margin: float


@dataclass(frozen=True)
class Crop:
    pixels: Pixels = field(compare=False)
    face: Face


@dataclass(frozen=True)
class Score:
    """What one detector said about one crop; a positive logit leans towards fake."""

    detector: str
    logit: float
    activation_map: NDArray[np.float32] = field(compare=False)


@dataclass(frozen=True)
class Calibration:
    """Turns a raw logit into a probability that held true on data the detector was not trained on."""

    slope: float
    intercept: float
    fitted_on: str

    def probability(self, logit: float) -> float:
        """Never 0 and never 1: no measurement supports either."""
        z = min(max(self.slope * logit + self.intercept, -9.2), 9.2)
        return 1.0 / (1.0 + math.exp(-z))


@dataclass(frozen=True)
class Rate:
    """A share that was measured on `count` cases, with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Policy:
    """Where the answers begin and end, and how often that was wrong when it was measured.

    `false_alarm_rate` is the share of real faces called fake, `miss_rate` that of fakes called real.
    """

    false_alarm_budget: float
    fake_above: float
    real_below: float
    min_face_pixels: int
    false_alarm_rate: Rate
    miss_rate: Rate


@dataclass(frozen=True)
class Verdict:
    """An answer; the probability is None when nothing was measured."""

    label: Label
    fake_probability: float | None
    reason: Reason


@dataclass(frozen=True)
class Variant:
    """The same face saved again in another way, and what the detector then said."""

    name: str
    fake_probability: float
    label: Label


@dataclass(frozen=True)
class Stability:
    """Whether the answer held when the face was saved again."""

    variants: tuple[Variant, ...]
    holds: bool


@dataclass(frozen=True)
class Explanation:
    """Where the detector looked; `faithful` when hiding that place moves the score more than hiding another."""

    heatmap: Heatmap = field(compare=False)
    faithful: bool
    hot_effect: float
    cold_effect: float


@dataclass(frozen=True)
class FaceResult:
    face: Face
    scores: tuple[Score, ...]
    verdict: Verdict
    stability: Stability | None = None
    explanation: Explanation | None = None


@dataclass(frozen=True)
class DetectorRef:
    """Which detector answered, exactly, and under which rules."""

    name: str
    version: str
    sha256: str
    crop: CropSpec
    calibration: Calibration
    policy: Policy


@dataclass(frozen=True)
class Analysis:
    """The answer about one picture; it depends on the bytes, the detectors and the settings alone."""

    source: Source
    width: int
    height: int
    verdict: Verdict
    faces: tuple[FaceResult, ...]
    detectors: tuple[DetectorRef, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """Why one input of many got no answer."""

    code: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """One input of many: an analysis or a failure, never both."""

    name: str
    analysis: Analysis | None = None
    failure: Failure | None = None

    @property
    def ok(self) -> bool:
        return self.analysis is not None
