"""Picture + Analysis -> picture with boxes, or with heat where the detector looked."""

from __future__ import annotations

import base64
from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from unmask.pixels import as_picture, cut, resize
from unmask.reports import wording
from unmask.reports.palette import LIGHT, rgb
from unmask.stages.crops import square
from unmask.types import Analysis, Box, FaceResult, Heatmap, Label, Pixels

OPACITY = 0.65
_SMALLEST = 320
_ANCHORS = (
    (0.18, 0.07, 292.0),
    (0.36, 0.15, 320.0),
    (0.55, 0.19, 15.0),
    (0.73, 0.17, 50.0),
    (0.93, 0.11, 100.0),
)
"""Lightness, chroma and hue in OKLCh: lightness rises evenly, so grey prints and colour-blind eyes read it."""


@cache
def colours() -> NDArray[np.uint8]:
    """The heat map's 256 colours, from cold (near black violet) to hot (pale yellow)."""
    at = np.linspace(0, 1, 256)
    knots = np.linspace(0, 1, len(_ANCHORS))
    lightness, chroma, hue = np.array(_ANCHORS).T
    turn = np.radians(np.interp(at, knots, np.degrees(np.unwrap(np.radians(hue)))))
    radius = np.interp(at, knots, chroma)
    return _srgb(np.interp(at, knots, lightness), radius * np.cos(turn), radius * np.sin(turn))


def _srgb(
    lightness: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """OKLab -> sRGB, with the matrices of Ottosson (2020)."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = np.stack(
        [
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        ],
        axis=-1,
    ).clip(0, 1)
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(curve * 255).astype(np.uint8)


def shrink(pixels: Pixels, longest: int) -> Pixels:
    """The picture with its longer side at most `longest` pixels."""
    height, width = pixels.shape[:2]
    scale = min(1.0, longest / max(height, width))
    return resize(pixels, max(round(width * scale), 1), max(round(height * scale), 1))


def with_boxes(analysis: Analysis, pixels: Pixels, longest: int = 1280) -> Pixels:
    """A copy with every face framed, numbered and named; lines keep their width at any size."""
    shown = fit(pixels, longest)
    image = as_picture(shown)
    draw = ImageDraw.Draw(image)
    for number, result in enumerate(analysis.faces, start=1):
        _frame(draw, result, number, _ratio(analysis, shown))
    return np.asarray(image)


def with_heat(
    analysis: Analysis, pixels: Pixels, opacity: float = OPACITY, longest: int = 1280
) -> Pixels:
    """A copy with the heat of every face laid over it; faces without an explanation stay as they are."""
    canvas = np.array(shrink(pixels, longest))
    scale = _ratio(analysis, canvas)
    for result in analysis.faces:
        if result.explanation is not None and result.explanation.heatmap.size:
            place = _scaled(_seen(analysis, result), scale)
            _lay(canvas, place, result.explanation.heatmap, opacity)
    return canvas


def face_pixels(analysis: Analysis, pixels: Pixels, result: FaceResult, side: int) -> Pixels:
    """One face with the margin that the detector saw."""
    place = _scaled(_seen(analysis, result), _ratio(analysis, pixels))
    return resize(cut(pixels, place), side, side)


def face_heat(
    analysis: Analysis, pixels: Pixels, result: FaceResult, side: int, opacity: float = OPACITY
) -> Pixels | None:
    """The same face under its heat map; None when there is no explanation."""
    if result.explanation is None or not result.explanation.heatmap.size:
        return None
    canvas = np.array(face_pixels(analysis, pixels, result, side))
    _lay(canvas, Box(0, 0, side, side), result.explanation.heatmap, opacity)
    return canvas


def fit(pixels: Pixels, longest: int = 1280) -> Pixels:
    """Shrunk where too large; a tiny picture is enlarged, or its tags would hide it."""
    height, width = pixels.shape[:2]
    grow = _SMALLEST / max(height, width)
    if grow <= 1:
        return shrink(pixels, longest)
    return resize(pixels, max(round(width * grow), 1), max(round(height * grow), 1))


def thumbnail(analysis: Analysis, pixels: Pixels, side: int) -> Pixels:
    """The largest square of the picture, as near to its first face as it can be."""
    height, width = pixels.shape[:2]
    edge, scale = min(height, width), _ratio(analysis, pixels)
    middle = [analysis.width / 2, analysis.height / 2]
    if analysis.faces:
        box = analysis.faces[0].face.box
        middle = [(box.left + box.right) / 2, (box.top + box.bottom) / 2]
    left, top = (
        min(max(at * scale - edge / 2, 0), length - edge)
        for at, length in zip(middle, (width, height), strict=True)
    )
    return resize(cut(pixels, Box(left, top, left + edge, top + edge)), side, side)


def encode(pixels: Pixels, quality: int = 88) -> bytes:
    """JPEG bytes of a picture that is shown, never of one that is measured."""
    out = BytesIO()
    as_picture(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def data_uri(pixels: Pixels) -> str:
    """The picture as text, for a page that must not load anything."""
    return "data:image/jpeg;base64," + base64.b64encode(encode(pixels)).decode("ascii")


def _seen(analysis: Analysis, result: FaceResult) -> Box:
    margin = analysis.detectors[0].crop.margin
    return square(result.face.box, margin, analysis.width, analysis.height)


def _ratio(analysis: Analysis, pixels: Pixels) -> float:
    """Boxes are in pixels of the analysed picture; the one at hand may be a smaller copy."""
    return float(pixels.shape[1] / analysis.width)


def _scaled(box: Box, scale: float) -> Box:
    return Box(box.left * scale, box.top * scale, box.right * scale, box.bottom * scale)


def _lay(canvas: Pixels, place: Box, heatmap: Heatmap, opacity: float) -> None:
    """Blends the heat into the canvas where `place` is; hot regions cover more than cold ones."""
    left, top = round(place.left), round(place.top)
    side_x, side_y = max(round(place.width), 1), max(round(place.height), 1)
    heat = np.asarray(
        Image.fromarray(heatmap).resize((side_x, side_y), Image.Resampling.BICUBIC)
    ).clip(0, 1)
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + side_x, canvas.shape[1]), min(top + side_y, canvas.shape[0])
    heat = heat[y0 - top : y1 - top, x0 - left : x1 - left]
    cover = (opacity * (0.25 + 0.75 * heat))[..., None]
    under, over = canvas[y0:y1, x0:x1], colours()[np.round(heat * 255).astype(np.uint8)]
    canvas[y0:y1, x0:x1] = np.round(under * (1 - cover) + over * cover).astype(np.uint8)


def _frame(draw: ImageDraw.ImageDraw, result: FaceResult, number: int, scale: float) -> None:
    box = _scaled(result.face.box, scale)
    frame(draw, box, result.verdict.label, f"{number}  {_words(result, box)}")


def frame(draw: ImageDraw.ImageDraw, box: Box, label: Label, words: str) -> None:
    """A coloured line with white on both sides shows on any picture; the words stand in a tag."""
    colour = rgb(LIGHT[label].solid)
    for inset, width, line in ((0, 5, (255, 255, 255)), (1, 3, colour)):
        right, bottom = max(box.right - inset, box.left + 1), max(box.bottom - inset, box.top + 1)
        corners = (min(box.left + inset, right), min(box.top + inset, bottom), right, bottom)
        draw.rectangle(corners, outline=line, width=width)
    _tag(draw, words, box, colour)


def _words(result: FaceResult, box: Box) -> str:
    """Long words only over a face that is wide enough for them."""
    label = result.verdict.label
    return wording.heading(label) if box.width >= 100 else wording.SHORT[label]


def _tag(draw: ImageDraw.ImageDraw, text: str, box: Box, colour: tuple[int, int, int]) -> None:
    font = ImageFont.load_default(size=15)
    _, _, right, bottom = draw.textbbox((0, 0), text, font=font)
    width, height = right + 12, bottom + 8
    canvas_width, canvas_height = draw.im.size if draw.im else (0, 0)
    left = min(max(box.left, 0), max(canvas_width - width, 0))
    top = box.top - height if box.top >= height else min(box.bottom, canvas_height - height)
    draw.rectangle((left, max(top, 0), left + width, max(top, 0) + height), fill=colour)
    draw.text((left + 6, max(top, 0) + 3), text, fill=(255, 255, 255), font=font)
