"""Label -> colours and mark: one set for a light page, one for a dark page, the same in every front end."""

from __future__ import annotations

from dataclasses import dataclass

from unmask.types import Label


@dataclass(frozen=True)
class Tone:
    """`ink` is legible on `wash` and on the page; `solid` carries white text."""

    ink: str
    wash: str
    solid: str


@dataclass(frozen=True)
class Page:
    """What answers stand on: ground, text, quieter text, lines, and raised sheets."""

    ground: str
    text: str
    quiet: str
    line: str
    sheet: str


LIGHT_PAGE = Page("#ffffff", "#1b1f24", "#555d68", "#d7dbe0", "#f3f5f8")
DARK_PAGE = Page("#14171b", "#e8eaed", "#a9b1bc", "#363c45", "#1d2127")

LIGHT = {
    Label.REAL: Tone(ink="#0a5c43", wash="#e4f3ec", solid="#0f7355"),
    Label.FAKE: Tone(ink="#9c1420", wash="#fdeaea", solid="#b3202c"),
    Label.INCONCLUSIVE: Tone(ink="#6b4500", wash="#fbf1d9", solid="#8a5a00"),
}
DARK = {
    Label.REAL: Tone(ink="#79dcb5", wash="#10291f", solid="#0f7355"),
    Label.FAKE: Tone(ink="#ffa29c", wash="#361617", solid="#b3202c"),
    Label.INCONCLUSIVE: Tone(ink="#f0c65c", wash="#2d240e", solid="#8a5a00"),
}

MARKS = {
    Label.REAL: "M5 12.5l4.5 4.5L19 7.5",
    Label.FAKE: "M6 6l12 12M18 6L6 18",
    Label.INCONCLUSIVE: "M8.5 9.2a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.1-1.5 2.1M12 18.2v.1",
}
"""The mark of each answer as the path of a 24 x 24 drawing, so that colour is never alone."""


def variables(dark: bool) -> str:
    """The colours under the names that the style sheets use."""
    page, tones = (DARK_PAGE, DARK) if dark else (LIGHT_PAGE, LIGHT)
    values = {
        "page": page.ground,
        "text": page.text,
        "quiet": page.quiet,
        "line": page.line,
        "sheet": page.sheet,
    }
    for label, tone in tones.items():
        values |= {label.value: tone.ink, f"{label.value}-wash": tone.wash}
    return " ".join(f"--um-{name}: {value};" for name, value in values.items())


def rgb(colour: str) -> tuple[int, int, int]:
    """`#b3202c` -> (179, 32, 44)."""
    value = int(colour.removeprefix("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255


def contrast(one: str, other: str) -> float:
    """How far apart two colours are by WCAG 2: 1 to 21; text needs 4.5."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
