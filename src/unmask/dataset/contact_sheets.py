"""Files -> a contact sheet: many small pictures at once, to see what a table cannot tell."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from unmask.dataset.manifest import Entry, Manifest
from unmask.pixels import resize
from unmask.types import Limits

TILE, GAP, CAPTION = 112, 6, 18
INK, PAPER, MISSING = "#222222", "#ffffff", "#bbbbbb"


@dataclass(frozen=True)
class Row:
    """A caption and the files below it."""

    caption: str
    files: tuple[Path, ...]


def contact_sheet(rows: Sequence[Row]) -> Image.Image:
    """One line of pictures per row; a file that cannot be read leaves a grey tile."""
    font = ImageFont.load_default(13)
    tiles = max((len(row.files) for row in rows), default=1) * (TILE + GAP)
    captions = max((int(font.getlength(row.caption)) for row in rows), default=0)
    height = CAPTION + TILE + GAP
    size = (max(tiles, captions + GAP) + GAP, len(rows) * height + GAP)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, row in enumerate(rows):
        top = GAP + number * height
        draw.text((GAP, top), row.caption, INK, font)
        for place, file in enumerate(row.files):
            spot = (GAP + place * (TILE + GAP), top + CAPTION)
            sheet.paste(_tile(file), spot)
    return sheet


def samples(manifest: Manifest, count: int) -> tuple[Entry, ...]:
    """Some entries, spread over the whole set and the same each time."""
    return tuple(sorted(manifest, key=lambda entry: _mixed(entry.path))[:count])


def _mixed(path: str) -> bytes:
    return hashlib.sha256(path.encode()).digest()


def _tile(file: Path) -> Image.Image:
    """The picture at its own proportions on a square tile."""
    tile = Image.new("RGB", (TILE, TILE), MISSING)
    try:
        pixels = _small(file)
    except Exception:  # Pillow's plugins raise almost anything on hostile bytes
        return tile
    height, width = pixels.shape[:2]
    tile.paste(PAPER, (0, 0, TILE, TILE))
    tile.paste(Image.fromarray(pixels), ((TILE - width) // 2, (TILE - height) // 2))
    return tile


def _small(file: Path) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the limit below is ours; damaged EXIF is no matter here
        with Image.open(file) as image:
            if image.width * image.height > Limits().max_pixels:
                raise ValueError("too many pixels")
            image.draft("RGB", (2 * TILE, 2 * TILE))
            scale = TILE / max(image.size)
            width, height = (max(round(side * scale), 1) for side in image.size)
            return resize(np.asarray(image.convert("RGB")), width, height)
