"""Analysis + picture -> PDF report: one page for a reader in a hurry, then the evidence."""

from __future__ import annotations

from unmask.reports import overlay, wording
from unmask.reports.about import About
from unmask.reports.pdf import blocks
from unmask.reports.pdf.sheet import MARGIN, QUIET, Sheet
from unmask.types import Analysis, FaceResult, Pixels

_SIDE = 320


def render(analysis: Analysis, pixels: Pixels, about: About) -> bytes:
    sheet = Sheet(f"Is this face real? {about.name}", about)
    _front(sheet, analysis, pixels, about)
    _evidence(sheet, analysis, pixels, about)
    return sheet.finish()


def _front(sheet: Sheet, analysis: Analysis, pixels: Pixels, about: About) -> None:
    sheet.add_page()
    sheet.start_section("The answer", 0)
    sheet.paragraph("Is this face real?", size=11, colour=QUIET)
    sheet.paragraph(about.name, size=16, bold=True)
    sheet.ln(3)
    blocks.answer(sheet, analysis)
    _whole(sheet, analysis, pixels)
    models = ", ".join(f"{ref.name} {ref.version}" for ref in analysis.detectors)
    rows = [
        ("Model", models),
        ("Method", "a neural network that looks at each face, calibrated on other pictures"),
        ("Saved again", _stability(analysis)),
        ("SHA-256", analysis.source.sha256),
    ]
    sheet.pairs([*rows, ("Analysed", about.time)] if about.time else rows)
    sheet.paragraph(wording.LIMITS[4], bold=True)


def _stability(analysis: Analysis) -> str:
    first = next((f for f in analysis.faces if f.stability is not None), None)
    return wording.stability(first.stability if first else None)


def _whole(sheet: Sheet, analysis: Analysis, pixels: Pixels) -> None:
    words = wording.faces(analysis.faces)
    shown = overlay.with_boxes(analysis, pixels)
    taken = sheet.picture(shown, f"The picture. {words}.", MARGIN, blocks.WIDTH, 118)
    sheet.set_y(sheet.get_y() + taken + 1)
    sheet.paragraph(f"{words}.", size=8, colour=QUIET)
    for note in analysis.notes:
        sheet.paragraph(note, size=9)
    sheet.ln(2)


def _evidence(sheet: Sheet, analysis: Analysis, pixels: Pixels, about: About) -> None:
    if analysis.faces:
        sheet.add_page()
    for number, result in enumerate(analysis.faces, start=1):
        _face(sheet, analysis, pixels, (number, result))
    sheet.heading("File", 0)
    sheet.pairs(blocks.file_rows(analysis, about))
    blocks.closing(sheet, analysis)


def _face(
    sheet: Sheet, analysis: Analysis, pixels: Pixels, numbered: tuple[int, FaceResult]
) -> None:
    number, result = numbered
    plain = overlay.face_pixels(analysis, pixels, result, _SIDE)
    heat = overlay.face_heat(analysis, pixels, result, _SIDE)
    sheet.heading(f"Face {number}", 0, room=150)
    blocks.crops(sheet, plain, heat, 62)
    sheet.pairs(blocks.face_rows(result))
