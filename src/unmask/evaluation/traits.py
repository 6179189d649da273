"""A picture and its largest face -> Traits: what can be said of them without knowing real from fake."""

from __future__ import annotations

import math
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unmask.dataset.jpeg_quality import quality_of
from unmask.pixels import cut, resize
from unmask.types import Box, DecodedImage, Pixels

NONE = math.nan
LUMA = np.array([0.299, 0.587, 0.114])
SHARPNESS_SIDE = 96


@dataclass(frozen=True)
class Traits:
    """Numbers only; NaN where there is none: no face, no JPEG."""

    width: float
    height: float
    bytes_per_pixel: float
    jpeg_quality: float
    red: float
    green: float
    blue: float
    contrast: float
    face_pixels: float = NONE
    face_share: float = NONE
    face_x: float = NONE
    face_y: float = NONE
    brightness: float = NONE
    sharpness: float = NONE


def traits(data: bytes, image: DecodedImage, box: Box | None) -> Traits:
    red, green, blue = image.pixels.reshape(-1, 3).mean(axis=0)
    return Traits(
        width=image.width,
        height=image.height,
        bytes_per_pixel=len(data) / (image.width * image.height),
        jpeg_quality=jpeg_quality(data),
        red=float(red),
        green=float(green),
        blue=float(blue),
        contrast=float(_luma(image.pixels).std()),
        **({} if box is None else _face(image, box)),
    )


def jpeg_quality(data: bytes) -> float:
    """Reads the header only; the bytes have been decoded within limits before."""
    with Image.open(BytesIO(data)) as picture:
        tables = getattr(picture, "quantization", None)
    return float(quality_of(tables[0])) if tables else NONE


def _face(image: DecodedImage, box: Box) -> dict[str, float]:
    pixels = cut(image.pixels, box)
    return {
        "face_pixels": min(box.width, box.height),
        "face_share": box.width * box.height / (image.width * image.height),
        "face_x": (box.left + box.right) / 2 / image.width,
        "face_y": (box.top + box.bottom) / 2 / image.height,
        "brightness": float(_luma(pixels).mean()),
        "sharpness": sharpness(pixels),
    }


def sharpness(pixels: Pixels) -> float:
    """Energy of the Laplacian for each unit of contrast, at one size for all, so it means the same everywhere."""
    luma = _luma(resize(pixels, SHARPNESS_SIDE, SHARPNESS_SIDE))
    inner = luma[1:-1, 1:-1]
    edges = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * inner
    return float(edges.var() / max(luma.var(), 1.0))


def _luma(pixels: Pixels) -> NDArray[np.float64]:
    luma: NDArray[np.float64] = pixels @ LUMA
    return luma
