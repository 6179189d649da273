"""Analysis + picture -> PDF report: one page for a reader in a hurry, then the evidence."""

from __future__ import annotations

from unmask.reports import overlay, wording
from unmask.reports.about import About
from unmask.reports.pdf import blocks
from unmask.reports.pdf.sheet import MARGIN, QUIET, Sheet
from unmask.types import Analysis, FaceResult, Pixels

_SIDE, _SMALL, _TALL = 320, 50.0, 104.0
"""A face in pixels; a face and the whole picture on the first page in millimetres."""


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
    _pictures(sheet, analysis, pixels)
    models = ", ".join(f"{ref.name} {ref.version}" for ref in analysis.detectors)
    rows = [
        *([("Saved again", wording.stability_of(analysis.faces))] if analysis.faces else []),
        *wording.errors(analysis)[1:],  # the first stands in the card
        ("Model", models),
        ("Method", "a neural network that looks at each face, calibrated on other pictures"),
        ("SHA-256", analysis.source.sha256),
    ]
    sheet.pairs([*rows, ("Analysed", about.time)] if about.time else rows)
    sheet.ln(1)
    sheet.paragraph(wording.LIMITS[4], bold=True)


def _pictures(sheet: Sheet, analysis: Analysis, pixels: Pixels) -> None:
    """The whole picture, and beside it the first face, plain and under its heat map."""
    words, top = wording.faces(analysis.faces), sheet.get_y()
    beside = _SMALL + 6 if analysis.faces else 0
    shown = overlay.with_boxes(analysis, pixels)
    taken = sheet.picture(shown, f"The picture. {words}.", MARGIN, blocks.WIDTH - beside, _TALL)
    for face in analysis.faces[:1]:
        _beside(sheet, (analysis, face), pixels)
    sheet.set_y(top + max(taken, _TALL if beside else 0) + 1)
    sheet.paragraph(f"{words}.", size=8, colour=QUIET)
    for note in analysis.notes:
        sheet.paragraph(note, size=9)
    sheet.ln(2)


def _beside(sheet: Sheet, found: tuple[Analysis, FaceResult], pixels: Pixels) -> None:
    x, top = MARGIN + blocks.WIDTH - _SMALL, sheet.get_y()
    plain = overlay.face_pixels(found[0], pixels, found[1], _SIDE)
    sheet.picture(plain, "Face 1 as the detector saw it", x, _SMALL, _SMALL)
    heat = overlay.face_heat(found[0], pixels, found[1], _SIDE)
    if heat is not None:
        sheet.set_y(top + _TALL - _SMALL)
        sheet.picture(heat, "Face 1 under its heat map", x, _SMALL, _SMALL)
    sheet.set_y(top)


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
    """One face has the page for itself; of several, two share one."""
    number, result = numbered
    plain = overlay.face_pixels(analysis, pixels, result, _SIDE)
    heat = overlay.face_heat(analysis, pixels, result, _SIDE)
    side, room = (62, 150) if len(analysis.faces) == 1 else (40, 124)
    sheet.heading(f"Face {number}", 0, room=room)
    blocks.crops(sheet, plain, heat, side)
    sheet.pairs(blocks.face_rows(result))
