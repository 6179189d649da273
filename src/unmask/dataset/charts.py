"""Numbers per class -> a chart as a picture: bars side by side, drawn with Pillow alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

REAL, FAKE = "#3a6ea5", "#d9772b"
INK, PAPER, FAINT = "#222222", "#ffffff", "#dddddd"

WIDTH, LINE, MARGIN, LABEL = 900, 18, 20, 260
"""In pixels; LABEL is the room for a line's name."""


@dataclass(frozen=True)
class Bar:
    """One line of a chart: its name and how many real and fake pictures it stands for."""

    name: str
    real: int
    fake: int


def bar_chart(title: str, bars: Sequence[Bar], share: bool = False) -> Image.Image:
    """Two bars a line; with `share`, as parts of each class, so that classes of any size compare."""
    totals = [max(sum(values), 1) for values in ([b.real for b in bars], [b.fake for b in bars])]
    if not share:
        totals = [1, 1]
    lengths = [(bar.real / totals[0], bar.fake / totals[1]) for bar in bars]
    longest = max((max(pair) for pair in lengths), default=0) or 1
    image = Image.new("RGB", (WIDTH, _top() + len(bars) * (2 * LINE + 6) + MARGIN), PAPER)
    draw = ImageDraw.Draw(image)
    _head(draw, title)
    room = WIDTH - LABEL - 2 * MARGIN - 90
    for number, (bar, pair) in enumerate(zip(bars, lengths, strict=True)):
        y = _top() + number * (2 * LINE + 6)
        draw.text((MARGIN, y + LINE // 2), _short(bar.name), INK, _font(14))
        for row, (length, count, colour) in enumerate(
            zip(pair, (bar.real, bar.fake), (REAL, FAKE), strict=True)
        ):
            _bar(draw, y + row * LINE, length / longest * room, colour)
            text = f"{length:.1%}" if share else f"{count:,}"
            draw.text((LABEL + length / longest * room + 8, y + row * LINE), text, INK, _font(12))
    return image


def _bar(draw: ImageDraw.ImageDraw, y: int, length: float, colour: str) -> None:
    draw.rectangle((LABEL, y + 1, LABEL + max(length, 1), y + LINE - 2), fill=colour)


def _head(draw: ImageDraw.ImageDraw, title: str) -> None:
    draw.text((MARGIN, MARGIN), title, INK, _font(20))
    for place, (name, colour) in enumerate((("real", REAL), ("fake", FAKE))):
        x = WIDTH - 180 + place * 80
        draw.rectangle((x, MARGIN + 6, x + 14, MARGIN + 20), fill=colour)
        draw.text((x + 20, MARGIN + 5), name, INK, _font(14))
    draw.line((MARGIN, _top() - 10, WIDTH - MARGIN, _top() - 10), FAINT)


def _top() -> int:
    return MARGIN + 50


def _short(name: str) -> str:
    return name if len(name) <= 32 else name[:31] + "…"


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
