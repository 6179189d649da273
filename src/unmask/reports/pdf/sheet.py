"""Text, pictures and headings -> pages: fonts for every script, page numbers, bookmarks, metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from io import BytesIO

from unmask.errors import MissingExtra
from unmask.reports import overlay
from unmask.reports.about import About
from unmask.reports.palette import rgb
from unmask.reports.pdf.scripts import font_for, needs_saying, needs_shaping
from unmask.types import Pixels

try:
    import uharfbuzz  # noqa: F401  (fpdf2 shapes Arabic and Hindi with it)
    from fpdf import FPDF
    from fpdf.enums import XPos, YPos
    from fpdf.fonts import TTFFont
except ImportError:
    raise MissingExtra("The PDF report", "pdf") from None

MARGIN = 18.0
_LONGEST_NAME = 6
"""Lines that the longest file name takes."""
TEXT, QUIET, LINE = "#1b1f24", "#555d68", "#d7dbe0"


class Sheet(FPDF):
    """An A4 document that grows downwards; sizes are in millimetres, type in points."""

    def __init__(self, title: str, about: About) -> None:
        super().__init__(format="A4")
        self._foot = about.program
        self._lacking: dict[str, str] = {}
        self.set_margins(MARGIN, MARGIN)
        self.c_margin = 0.0  # text begins where pictures begin
        self.set_auto_page_break(True, MARGIN + 4)
        self._add_fonts()
        self.set_lang("en")
        self.set_title(title)
        self.set_subject("Is this face real?")
        self.set_creator(about.program)
        if about.analysed_at is not None:
            self.set_creation_date(about.analysed_at)

    def finish(self) -> bytes:
        """The document; fpdf2 leaves the font files open, so they are closed here."""
        try:
            return bytes(self.output())
        finally:
            for font in self.fonts.values():
                if isinstance(font, TTFFont):
                    font.ttfont.close()

    def footer(self) -> None:
        """fpdf2 calls this at the end of each page."""
        self.set_text_shaping(False)
        self.set_y(-MARGIN + 2)
        self.style(8, QUIET)
        self.cell(0, 5, f"{self._foot}  ·  finding no evidence of a fake proves nothing")
        self.set_x(MARGIN)
        self.cell(0, 5, f"Page {self.page_no()} of {{nb}}", align="R")

    def heading(self, text: str, level: int = 1, room: float = 34) -> None:
        """A title with its bookmark; what follows finds at least `room` on the same page."""
        if self.will_page_break(room):
            self.add_page()
        self.ln(4)
        self.start_section(self.readable(text), level, strict=False)
        self.paragraph(text, size=13 if level else 15, bold=True)
        self.set_draw_color(*rgb(LINE))
        self.line(MARGIN, self.get_y() + 0.8, self.w - MARGIN, self.get_y() + 0.8)
        self.ln(3)

    def paragraph(
        self, text: str, *, size: float = 10, colour: str = TEXT, bold: bool = False, w: float = 0
    ) -> None:
        """Wrapped text, from where the pen stands."""
        self.style(size, colour, bold)
        shown = self.prepared(text)
        with self.spoken(shown, size * 0.48 * _LONGEST_NAME):
            self.multi_cell(w, size * 0.48, shown, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def pairs(self, rows: Iterable[tuple[str, str]], x: float = MARGIN, label: float = 46) -> None:
        """Names at the left, values beside them."""
        for name, value in rows:
            if self.will_page_break(10):
                self.add_page()
            top = self.get_y()
            self.set_xy(x, top)
            self.paragraph(name, size=9, colour=QUIET, w=label - 2)
            below = self.get_y()
            self.set_xy(x + label, top)
            self.paragraph(value, size=9)
            self.set_y(max(self.get_y(), below) + 0.9)

    def bullets(self, lines: Iterable[str]) -> None:
        for text in lines:
            if self.will_page_break(12):
                self.add_page()
            self.style(10, QUIET)
            self.cell(5, 4.8, "•")
            self.paragraph(text)
            self.ln(0.8)

    def picture(self, pixels: Pixels, alt: str, x: float, width: float, tallest: float) -> float:
        """Draws at the pen's height and returns the height taken; the pen stays."""
        height, columns = pixels.shape[:2]
        scale: float = min(width / columns, tallest / height)
        self.image(
            BytesIO(overlay.encode(pixels, 82)),
            x,
            self.get_y(),
            columns * scale,
            height * scale,
            alt_text=alt,
        )
        return float(height * scale)

    def prepared(self, text: str) -> str:
        """Call after the type is set and before the text is written.

        When a coloured line begins in a fallback font, fpdf2 2.8 takes the main font for set
        although it is not, and garbles the next line: a blank in the main font sets it for sure.
        """
        shown = self.readable(text)
        self.set_text_shaping(False)
        if shown and ord(shown[0]) not in self._covered:
            left = self.get_x()
            self.cell(0.01, 0, " ")
            self.set_x(left)
        self.set_text_shaping(needs_shaping(shown))
        return shown

    @contextmanager
    def spoken(self, text: str, height: float = 0) -> Iterator[None]:
        """Says once more, as text, what reordered signs only draw: so it can be found and copied.

        The mark must close on its page, so what may need the next one goes without.
        """
        marked = needs_saying(text) and not self.will_page_break(height)
        if marked:
            written = text.encode("utf-16-be").hex().upper()
            self._out(f"/Span <</ActualText <FEFF{written}>>> BDC")
        yield
        if marked:
            self._out("EMC")

    def readable(self, text: str) -> str:
        """Loads the fonts that the text needs; what none of them can draw is named by its number."""
        return "".join(c if c == "\n" or ord(c) in self._covered else self._find(c) for c in text)

    def _find(self, character: str) -> str:
        """Kept, so that each character is looked for once in a document."""
        if character not in self._lacking:
            name = font_for(character)
            if name and name not in self.fonts:
                self._add_font(name, "")
                self.set_fallback_fonts(self._fallbacks(), exact_match=False)
            drawn = name is not None and ord(character) in self._characters(name)
            self._lacking[character] = character if drawn else f"[U+{ord(character):04X}]"
        return self._lacking[character]

    def _fallbacks(self) -> list[str]:
        return [key for key in self.fonts if not key.startswith("sans")]

    def _add_fonts(self) -> None:
        self._add_font("sans", "")
        self._add_font("sans", "B")
        self._covered = self._characters("sans")

    def _add_font(self, name: str, style: str) -> None:
        file = f"{name}-bold.ttf" if style else f"{name}.ttf"
        with as_file(files("unmask.reports").joinpath("fonts", file)) as path:
            self.add_font(name, style, path)

    def _characters(self, name: str) -> frozenset[int]:
        font = self.fonts[name]
        return frozenset(font.cmap) if isinstance(font, TTFFont) else frozenset()

    def style(self, size: float, colour: str, bold: bool = False) -> None:
        self.set_font("sans", "B" if bold else "", size)
        self.set_text_color(*rgb(colour))
