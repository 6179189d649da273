"""Parts of an analysis -> their place on a page: the answer, its scale, a face, a detector."""

from __future__ import annotations

from unmask.reports import wording
from unmask.reports.about import About
from unmask.reports.palette import LIGHT, rgb
from unmask.reports.pdf.sheet import MARGIN, QUIET, TEXT, Sheet
from unmask.types import Analysis, DetectorRef, FaceResult, Label, Pixels, Verdict

WIDTH = 210 - 2 * MARGIN
_PAD = 6.0


def answer(sheet: Sheet, analysis: Analysis, why: str = "") -> None:
    """The card: mark, words, scale and how often such an answer was wrong; `why` for what is no picture."""
    verdict, top = analysis.verdict, sheet.get_y()
    tone = LIGHT[verdict.label]
    height = 52 if verdict.fake_probability is not None else 36
    sheet.set_fill_color(*rgb(tone.wash))
    sheet.rect(MARGIN, top, WIDTH, height, style="F", round_corners=True, corner_radius=2)
    sheet.set_fill_color(*rgb(tone.ink))
    sheet.rect(MARGIN, top, 1.6, height, style="F")
    mark(sheet, verdict.label, MARGIN + _PAD, top + _PAD, 13)
    _words(sheet, verdict, (MARGIN + 24, top + _PAD - 1), why)
    if verdict.fake_probability is not None:
        scale(sheet, verdict, analysis.detectors[0], top + 34)
        sheet.set_xy(MARGIN + _PAD, top + 45)
        sheet.paragraph(wording.false_alarms(analysis.detectors[0]), size=8, colour=TEXT)
    sheet.set_y(top + height + 4)


def _words(sheet: Sheet, verdict: Verdict, place: tuple[float, float], why: str) -> None:
    x, y = place
    sheet.set_xy(x, y)
    ink = LIGHT[verdict.label].ink
    sheet.paragraph(wording.heading(verdict.label), size=20, colour=ink, bold=True)
    for words, bold in (
        (wording.confidence(verdict), True),
        (wording.meaning(verdict), False),
        (why or wording.reason(verdict), False),
    ):
        sheet.set_x(x)
        sheet.paragraph(words, bold=bold)


def mark(sheet: Sheet, label: Label, x: float, y: float, side: float) -> None:
    """A ring with a tick, a cross or a question mark."""
    ink = LIGHT[label].ink
    sheet.set_draw_color(*rgb(ink))
    sheet.set_line_width(side / 14)
    sheet.circle(x + side / 2, y + side / 2, side / 2)
    left, top, inner = x + side * 0.22, y + side * 0.22, side * 0.56
    for stroke in STROKES[label]:
        sheet.polyline([(left + px * inner, top + py * inner) for px, py in stroke])
    sheet.set_line_width(0.2)


STROKES: dict[Label, tuple[tuple[tuple[float, float], ...], ...]] = {
    Label.REAL: (((0.12, 0.55), (0.4, 0.82), (0.9, 0.22)),),
    Label.FAKE: (((0.15, 0.15), (0.85, 0.85)), ((0.85, 0.15), (0.15, 0.85))),
    Label.INCONCLUSIVE: (
        ((0.25, 0.3), (0.3, 0.15), (0.5, 0.06), (0.7, 0.15), (0.75, 0.3), (0.68, 0.43), (0.5, 0.55), (0.5, 0.68)),
        ((0.5, 0.9), (0.5, 0.92)),
    ),
}  # fmt: skip
"""The marks of `palette.MARKS` as straight strokes in a unit square."""


def scale(sheet: Sheet, verdict: Verdict, ref: DetectorRef, y: float) -> None:
    """From real to fake, with the thresholds, and where this picture stands."""
    if verdict.fake_probability is None:
        return
    x, width = MARGIN + _PAD, WIDTH - 2 * _PAD
    low, high = ref.policy.real_below, ref.policy.fake_above
    zones = ((0.0, low, Label.REAL), (low, high, Label.INCONCLUSIVE), (high, 1.0, Label.FAKE))
    for start, end, label in zones:
        sheet.set_fill_color(
            *_tint(LIGHT[label].solid, 0.4 if label is Label.INCONCLUSIVE else 0.8)
        )
        sheet.rect(x + width * start, y, width * max(end - start, 0), 2.4, style="F")
    at = x + width * min(max(verdict.fake_probability, 0.01), 0.99)
    sheet.set_fill_color(*rgb(TEXT))
    sheet.set_draw_color(255, 255, 255)
    sheet.set_line_width(0.5)
    sheet.rect(at - 0.8, y - 1.5, 1.6, 5.4, style="FD")
    sheet.set_line_width(0.2)
    for label, align in ((Label.REAL, "L"), (Label.INCONCLUSIVE, "C"), (Label.FAKE, "R")):
        sheet.set_xy(x, y + 4.4)
        sheet.style(8, QUIET)
        sheet.cell(width, 4, wording.heading(label).lower(), align=align)


def _tint(colour: str, share: float) -> tuple[int, ...]:
    """The colour thinned with white; the wide middle of the scale must not outshine its ends."""
    return tuple(round(255 - share * (255 - channel)) for channel in rgb(colour))


def crops(sheet: Sheet, plain: Pixels, heat: Pixels | None, side: float) -> None:
    """The face as the detector saw it, and under its heat map."""
    if sheet.will_page_break(side + 8):
        sheet.add_page()
    top = sheet.get_y()
    sheet.picture(plain, "The face as the detector saw it", MARGIN, side, side)
    if heat is not None:
        sheet.picture(heat, "The same face under its heat map", MARGIN + side + 6, side, side)
    sheet.set_xy(MARGIN, top + side + 1)
    sheet.style(8, QUIET)
    sheet.cell(side + 6, 4, "As the detector saw it")
    if heat is not None:
        sheet.cell(side, 4, "Heat: pale for much, dark for little")
    sheet.set_y(top + side + 7)


def face_rows(result: FaceResult) -> list[tuple[str, str]]:
    """All that was measured on one face."""
    rows = [
        ("Answer", wording.heading(result.verdict.label)),
        ("Why", wording.reason(result.verdict)),
        ("Confidence", wording.confidence(result.verdict)),
        ("Raw score", wording.scores(result) or "not scored"),
        ("Place", wording.place(result)),
        ("Sure that it is a face", wording.percent(result.face.confidence)),
        ("Saved again", wording.stability(result.stability)),
    ]
    for v in result.stability.variants if result.stability else ():
        words = f"{wording.heading(v.label)}, fake: {wording.percent(v.fake_probability)}"
        rows.append(("", f"{v.name}: {words}"))
    return [*rows, ("Heat map", wording.faithfulness(result.explanation))]


def detector_rows(ref: DetectorRef) -> list[tuple[str, str]]:
    """Which detector, with which thresholds, wrong how often, and on what that rests."""
    policy, calibration = ref.policy, ref.calibration
    return [
        ("Detector", f"{ref.name} {ref.version}"),
        ("Weights (SHA-256)", ref.sha256),
        ("Preprocessing", wording.preprocessing(ref)),
        ("Thresholds", wording.thresholds(ref)),
        ("False-alarm budget", wording.budget(policy.false_alarm_budget)),
        ("Real faces called fake", wording.rate(policy.false_alarm_rate)),
        ("Fakes called authentic", wording.rate(policy.miss_rate)),
        ("Calibrated and measured on", calibration.fitted_on),
        ("Calibration", wording.calibration(ref)),
    ]


def file_rows(analysis: Analysis, about: About) -> list[tuple[str, str]]:
    source = analysis.source
    rows = [
        ("File name", about.name),
        ("Type", source.media_type),
        ("Dimensions", f"{analysis.width} x {analysis.height} pixels"),
        ("Size", f"{wording.size(source.size_bytes)} ({source.size_bytes:,} bytes)"),
        ("SHA-256", source.sha256),
    ]
    return [*rows, ("Analysed", about.time)] if about.time else rows


def closing(sheet: Sheet, analysis: Analysis) -> None:
    """The detectors, what the answer does not tell, and how to check it."""
    for ref in analysis.detectors:
        sheet.heading(f"Detector {ref.name}")
        sheet.pairs(detector_rows(ref))
    sheet.heading("What this answer does not tell")
    sheet.bullets(wording.LIMITS)
    sheet.heading("How to check it again")
    sheet.bullets(wording.verify(analysis))
