"""Character -> the font that can draw it, and whether its script joins or reorders letters."""

from __future__ import annotations

SCRIPTS = (
    (0x0530, 0x058F, "armenian"),
    (0x0590, 0x05FF, "hebrew"),
    (0x0600, 0x077F, "arabic"),
    (0x08A0, 0x08FF, "arabic"),
    (0x0900, 0x097F, "devanagari"),
    (0x0980, 0x09FF, "bengali"),
    (0x0B80, 0x0BFF, "tamil"),
    (0x0E00, 0x0E7F, "thai"),
    (0x10A0, 0x10FF, "georgian"),
    (0x1100, 0x11FF, "korean"),
    (0x1C90, 0x1CBF, "georgian"),
    (0x2E80, 0x312F, "chinese"),
    (0x3130, 0x318F, "korean"),
    (0x3190, 0x9FFF, "chinese"),
    (0xA8E0, 0xA8FF, "devanagari"),
    (0xAC00, 0xD7A3, "korean"),
    (0xF900, 0xFAFF, "chinese"),
    (0xFB1D, 0xFB4F, "hebrew"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFE, "arabic"),
    (0xFF00, 0xFFEF, "chinese"),
)
SHAPED = frozenset({"arabic", "hebrew", "devanagari", "bengali", "tamil", "thai"})
FROM_THE_RIGHT = frozenset({"arabic", "hebrew"})
ELSEWHERE = "chinese"
"""Signs that belong to no script above (stars, arrows, boxes) may be in the largest font."""


def font_for(character: str) -> str | None:
    """The font to look into; None for control characters and what lies beyond the basic plane."""
    code = ord(character)
    for first, last, name in SCRIPTS:
        if first <= code <= last:
            return name
    return ELSEWHERE if 0x2000 <= code <= 0xFFFF else None


def needs_shaping(text: str) -> bool:
    """Only where letters join or reorder: shaping takes time and forbids the page count."""
    return any(font_for(c) in SHAPED for c in text if ord(c) > 0x52F)


def needs_saying(text: str) -> bool:
    """Where signs change places, readers cannot tell the text from the drawing.

    Not where text runs from the right: readers turn it round themselves, and would turn it twice.
    """
    fonts = {font_for(c) for c in text if ord(c) > 0x52F}
    return bool(fonts & (SHAPED - FROM_THE_RIGHT)) and not fonts & FROM_THE_RIGHT
