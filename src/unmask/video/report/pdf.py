"""VideoAnalysis -> PDF report: the answer and every person's curve, frames and numbers; needs the extra `pdf`."""

from __future__ import annotations

from unmask.reports import wording
from unmask.reports.about import About
from unmask.reports.palette import LIGHT, rgb
from unmask.reports.pdf import blocks
from unmask.reports.pdf.sheet import LINE, MARGIN, QUIET, TEXT, Sheet
from unmask.types import Label
from unmask.video.clip import TrackResult, VideoAnalysis
from unmask.video.report import words
from unmask.video.report.html import moment_pictures

HEIGHT, SIDE = 34.0, 42.0


def render(analysis: VideoAnalysis, about: About) -> bytes:
    sheet = Sheet(f"Is this face real? {about.name}", about)
    sheet.add_page()
    sheet.start_section("The answer", 0)
    sheet.paragraph("Is this face real?", size=11, colour=QUIET)
    sheet.paragraph(about.name, size=16, bold=True)
    sheet.ln(3)
    blocks.answer(sheet, words.as_picture(analysis), words.reason(analysis.verdict))
    sheet.bullets(analysis.notes)
    if analysis.tracks:
        sheet.heading(words.people(analysis), 0)
        sheet.pairs([(f"Person {t.number}", _in_short(t)) for t in analysis.tracks])
    for track in analysis.tracks:
        _person(sheet, analysis, track)
    sheet.heading("File", 0)
    sheet.pairs(_file(analysis, about))
    _closing(sheet, analysis)
    return sheet.finish()


def _in_short(track: TrackResult) -> str:
    chance = wording.confidence(track.verdict)
    fake = f"frames that look fake: {wording.share(track.share_fake)}"
    return f"{wording.heading(track.verdict.label)}; {chance}; {fake}; {words.span(track)}"


def _person(sheet: Sheet, analysis: VideoAnalysis, track: TrackResult) -> None:
    sheet.heading(f"Person {track.number}", 0, room=HEIGHT + SIDE + 40)
    _curve(sheet, analysis, track)
    for number, moment in enumerate(track.moments):
        plain, heat = moment_pictures(analysis, track, moment)
        where = MARGIN + number * (SIDE + 8)
        shown = plain if heat is None else heat
        sheet.picture(shown, words.TELLING[moment.why], where, SIDE, SIDE)
    sheet.ln(SIDE + 1)
    told = (f"{words.TELLING[m.why]}: {words.clock(m.time)}" for m in track.moments)
    sheet.paragraph("Left to right: " + "; ".join(told), size=8, colour=QUIET)
    sheet.ln(2)
    sheet.pairs(
        [
            ("Answer", wording.heading(track.verdict.label)),
            ("Why", words.reason(track.verdict)),
            ("Confidence", wording.confidence(track.verdict)),
            ("Seen", words.span(track)),
            ("Frames that look fake", wording.share(track.share_fake)),
            ("Between neighbours", words.flicker(track.temporal)),
            ("Typical frame saved again", wording.stability(track.stability)),
        ]
    )


def _curve(sheet: Sheet, analysis: VideoAnalysis, track: TrackResult) -> None:
    """Probability over time: zones, cuts, the frames looked at, and the sliding median."""
    top, seconds = sheet.get_y(), max(analysis.seconds, 0.1)
    policy = analysis.detectors[0].policy
    for start, end, label in (
        (0.0, policy.real_below, Label.REAL),
        (policy.real_below, policy.fake_above, Label.INCONCLUSIVE),
        (policy.fake_above, 1.0, Label.FAKE),
    ):
        sheet.set_fill_color(*rgb(LIGHT[label].wash))
        height = HEIGHT * max(end - start, 0)
        sheet.rect(MARGIN, top + HEIGHT * (1 - end), blocks.WIDTH, height, style="F")
    for label, value in ((Label.REAL, policy.real_below), (Label.FAKE, policy.fake_above)):
        sheet.set_draw_color(*rgb(LIGHT[label].solid))
        y = top + HEIGHT * (1 - value)
        sheet.line(MARGIN, y, MARGIN + blocks.WIDTH, y)
    sheet.set_draw_color(*rgb(LINE))
    for time in analysis.cuts:
        x = MARGIN + blocks.WIDTH * min(time / seconds, 1)
        sheet.line(x, top, x, top + HEIGHT)
    points = [
        (MARGIN + blocks.WIDTH * min(s.time / seconds, 1), top + HEIGHT * (1 - value))
        for s, value in zip(track.sightings, track.smoothed, strict=True)
    ]
    sheet.set_draw_color(*rgb(TEXT))
    sheet.set_fill_color(*rgb(QUIET))
    for (x, _), sighting in zip(points, track.sightings, strict=True):
        sheet.circle(x, top + HEIGHT * (1 - sighting.fake_probability), 0.5, style="F")
    if len(points) > 1:
        sheet.polyline(points)
    sheet.set_xy(MARGIN, top + HEIGHT + 1)
    ends = f"0:00.0 to {words.clock(seconds)}; from 0 % at the bottom to fake: 100 % at the top; lines: "
    ends += "up to where it is called real and from where fake; dots: frames looked at"
    sheet.paragraph(ends, size=8, colour=QUIET)
    sheet.ln(2)


def _file(analysis: VideoAnalysis, about: About) -> list[tuple[str, str]]:
    return [
        *blocks.file_rows(words.as_picture(analysis), about),
        ("Length", words.clock(analysis.seconds)),
        ("Frames looked at", f"{len(analysis.sampled):,}"),
        ("Cuts found", f"{len(analysis.cuts):,}"),
        ("Read to the end", "yes" if analysis.complete else "no"),
    ]


def _closing(sheet: Sheet, analysis: VideoAnalysis) -> None:
    for ref in analysis.detectors:
        sheet.heading(f"Detector {ref.name}")
        sheet.pairs(blocks.detector_rows(ref))
    sheet.heading("What this answer does not tell")
    sheet.bullets(words.LIMITS)
    if analysis.source.sha256:
        sheet.heading("How to check it again")
        sheet.bullets(wording.verify(words.as_picture(analysis)))
