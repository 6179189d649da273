"""Many outcomes -> one PDF: an overview with links, a page for each picture, then the evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unmask.reports import overlay, wording
from unmask.reports.about import About
from unmask.reports.palette import LIGHT, rgb
from unmask.reports.pdf import blocks
from unmask.reports.pdf.sheet import LINE, MARGIN, QUIET, TEXT, Sheet
from unmask.types import Analysis, FaceResult, Label, Outcome, Pixels

_MOST_FACES = 3
_ROW = 6.0
_COLUMNS = (12.0, 92.0, 36.0, 34.0)


@dataclass(frozen=True)
class Item:
    """One picture of the batch; its pixels are opened when its page is drawn, then let go."""

    outcome: Outcome
    open: Callable[[], Pixels]


def render_batch(items: Sequence[Item], about: About) -> bytes:
    sheet = Sheet(f"Are these faces real? {about.name}", about)
    links = [sheet.add_link(page=1) for _ in items]  # each is pointed at its page later
    _overview(sheet, items, links, about)
    for item, link in zip(items, links, strict=True):
        if item.outcome.analysis is not None:
            _page(sheet, item.outcome.analysis, item, link)
    _failures(sheet, items, links)
    first = next((i.outcome.analysis for i in items if i.outcome.analysis), None)
    if first is not None:
        sheet.add_page()
        blocks.closing(sheet, first)
    return sheet.finish()


def _overview(sheet: Sheet, items: Sequence[Item], links: Sequence[int], about: About) -> None:
    sheet.add_page()
    sheet.start_section("Overview", 0)
    sheet.paragraph("Are these faces real?", size=11, colour=QUIET)
    sheet.paragraph(about.name, size=16, bold=True)
    sheet.ln(2)
    rows = [(words, f"{count:,}") for words, count in _counts(items)]
    sheet.pairs([*rows, ("Analysed", about.time)] if about.time else rows)
    sheet.paragraph(wording.LIMITS[4], bold=True)
    sheet.ln(3)
    _row(sheet, ("", "Picture", "Answer", "Probability of fake"), (QUIET, None), 0)
    for number, (item, link) in enumerate(zip(items, links, strict=True), start=1):
        _row(sheet, (str(number), item.outcome.name, *_answer(item)), _ink(item), link)


def _counts(items: Sequence[Item]) -> list[tuple[str, int]]:
    found = Counter(i.outcome.analysis.verdict.label for i in items if i.outcome.analysis)
    answers = [(wording.heading(label), found[label]) for label in Label]
    failed = sum(i.outcome.analysis is None for i in items)
    return [("Pictures", len(items)), *answers, ("No answer", failed)]


def _answer(item: Item) -> tuple[str, str]:
    if item.outcome.analysis is None:
        return "no answer", "-"
    verdict = item.outcome.analysis.verdict
    chance = verdict.fake_probability
    return wording.heading(verdict.label), "-" if chance is None else wording.percent(chance)


def _ink(item: Item) -> tuple[str, str | None]:
    found = item.outcome.analysis
    return (TEXT, LIGHT[found.verdict.label].ink if found else QUIET)


def _row(sheet: Sheet, cells: Sequence[str], colours: tuple[str, str | None], link: int) -> None:
    """One line of the overview; a name too long for its column is cut in the middle."""
    if sheet.will_page_break(_ROW):
        sheet.add_page()
    for column, (words, width) in enumerate(zip(cells, _COLUMNS, strict=True)):
        answer = column == 2 and colours[1] is not None
        sheet.style(9, colours[1] if answer and colours[1] else colours[0], bold=answer)
        fitted = _fitted(sheet, sheet.prepared(words), width - 2)
        with sheet.spoken(fitted):
            sheet.cell(width, _ROW, fitted, link=link)
    sheet.ln(_ROW)
    sheet.set_draw_color(*rgb(LINE))
    sheet.line(MARGIN, sheet.get_y(), sheet.w - MARGIN, sheet.get_y())


def _fitted(sheet: Sheet, text: str, width: float) -> str:
    if sheet.get_string_width(text) <= width:
        return text
    keep = len(text)
    while keep > 2:
        keep = keep * 9 // 10
        short = f"{text[: keep // 2]}…{text[-(keep - keep // 2) :]}"
        if sheet.get_string_width(short) <= width:
            return short
    return "…"


def _page(sheet: Sheet, analysis: Analysis, item: Item, link: int) -> None:
    """The answer, the picture, its first faces and the file: one page, as a rule."""
    pixels = item.open()
    sheet.add_page()
    sheet.set_link(link)
    sheet.start_section(sheet.readable(item.outcome.name), 0)
    sheet.paragraph(item.outcome.name, size=13, bold=True)
    sheet.ln(2)
    blocks.answer(sheet, analysis)
    shown = overlay.with_boxes(analysis, pixels, longest=800)
    taken = sheet.picture(shown, wording.faces(analysis.faces), MARGIN, blocks.WIDTH, 70)
    sheet.set_y(sheet.get_y() + taken + 3)
    for result in analysis.faces[:_MOST_FACES]:
        heat = overlay.face_heat(analysis, pixels, result, 192)
        if heat is not None and len(analysis.faces) == 1:
            plain = overlay.face_pixels(analysis, pixels, result, 192)
            blocks.crops(sheet, plain, heat, 34)
        sheet.pairs(_face_rows(result))
    if len(analysis.faces) > _MOST_FACES:
        sheet.paragraph(f"{wording.faces(analysis.faces)}; the {_MOST_FACES} largest are shown.")
    sheet.pairs(_file_rows(analysis))


def _face_rows(result: FaceResult) -> list[tuple[str, str]]:
    """The short form: the answer stands in the card, the single tests in the JSON report."""
    head = f"Face, {wording.place(result)}"
    return [
        (head, f"{wording.heading(result.verdict.label)}: {wording.reason(result.verdict)}"),
        ("Raw score", wording.scores(result) or "not scored"),
        ("Saved again", wording.stability(result.stability)),
        ("Heat map", wording.faithfulness(result.explanation)),
    ]


def _file_rows(analysis: Analysis) -> list[tuple[str, str]]:
    source, size = analysis.source, f"{analysis.width} x {analysis.height} pixels"
    return [
        ("File", f"{source.media_type}, {size}, {source.size_bytes:,} bytes"),
        ("SHA-256", source.sha256),
        *(
            (f"Thresholds of {ref.name} {ref.version}", wording.thresholds(ref))
            for ref in analysis.detectors
        ),
    ]


def _failures(sheet: Sheet, items: Sequence[Item], links: Sequence[int]) -> None:
    failed = [(i, at) for i, at in zip(items, links, strict=True) if i.outcome.failure]
    if not failed:
        return
    sheet.add_page()
    sheet.heading("No answer", 0)
    for item, link in failed:
        sheet.set_link(link)
        message = item.outcome.failure.message if item.outcome.failure else ""
        sheet.pairs([(item.outcome.name, message)])
