"""VideoAnalysis -> one HTML page that needs nothing else: no script, no network, fit to print."""

from __future__ import annotations

from unmask.reports import card, overlay, wording
from unmask.reports.about import About
from unmask.reports.html import header, page, section
from unmask.reports.markup import Content, Markup, join, tag
from unmask.types import Analysis, Box, Face, FaceResult, Pixels
from unmask.video.clip import Moment, TrackResult, VideoAnalysis
from unmask.video.report import chart, words

SIDE = 240


def render(analysis: VideoAnalysis, about: About) -> str:
    """The answer, a row for each person, each person's curve and frames, then what it rests on."""
    body = join(
        header(about),
        answer(analysis),
        _file(analysis, about),
        *(tag("section", tag("h2", "Detector"), card.detector(ref)) for ref in analysis.detectors),
        section("What this answer does not tell", card.bullets(words.LIMITS)),
        _check(analysis),
        tag("footer", f"Made by {about.program}."),
    )
    return page(about, body)


def answer(analysis: VideoAnalysis) -> Markup:
    """The piece of the page that other pages show too."""
    return join(
        card.verdict_card(words.as_picture(analysis), words.reason(analysis.verdict)),
        card.bullets(analysis.notes) if analysis.notes else Markup(""),
        _table(analysis),
        *(_person(analysis, track) for track in analysis.tracks),
    )


def _check(analysis: VideoAnalysis) -> Markup:
    """A live picture leaves nothing that could be checked."""
    if not analysis.source.sha256:
        return Markup("")
    return section("How to check it", card.bullets(wording.verify(words.as_picture(analysis))))


def moment_pictures(
    analysis: VideoAnalysis, track: TrackResult, moment: Moment, side: int = SIDE
) -> tuple[Pixels, Pixels | None]:
    """The face as the detector saw it, and under its heat map."""
    place = FaceResult(
        face=Face(Box(0, 0, moment.pixels.shape[1], moment.pixels.shape[0]), 1.0),
        scores=(),
        verdict=track.verdict,
        explanation=moment.explanation,
    )
    # The piece is cut already: in a picture of its own size the box fills everything.
    whole = Analysis(
        source=analysis.source,
        width=moment.pixels.shape[1],
        height=moment.pixels.shape[0],
        verdict=track.verdict,
        faces=(place,),
        detectors=analysis.detectors,
    )
    plain = overlay.face_pixels(whole, moment.pixels, place, side)
    return plain, overlay.face_heat(whole, moment.pixels, place, side)


def _table(analysis: VideoAnalysis) -> Markup:
    head = ("Person", "Answer", "Probability of fake", "Frames that look fake", "Seen")
    rows = ((str(t.number), *_row(t)) for t in analysis.tracks)
    return section(words.people(analysis), card.table(head, rows, "Every person of the clip"))


def _row(track: TrackResult) -> tuple[Content, ...]:
    chance = track.verdict.fake_probability
    return (
        card.badge(track.verdict.label),
        "-" if chance is None else wording.percent(chance),
        wording.share(track.share_fake),
        words.span(track),
    )


def _person(analysis: VideoAnalysis, track: TrackResult) -> Markup:
    legend = (
        "Dots: frames that were looked at. Line: sliding median. Dashed: cuts. "
        "Bands: where a track is called real, inconclusive and fake."
    )
    figures = join(*(_moment(analysis, track, moment) for moment in track.moments))
    curve = tag("figure", chart.draw(analysis, track), tag("figcaption", legend))
    rows = card.pairs(_numbers(track))
    return section(
        f"Person {track.number}",
        join(curve, tag("div", figures, class_="um-crops", style="margin-top:1rem"), rows),
    )


def _moment(analysis: VideoAnalysis, track: TrackResult, moment: Moment) -> Markup:
    """The face, its heat map below, and what both say."""
    plain, heat = moment_pictures(analysis, track, moment)
    chance = wording.percent(moment.fake_probability)
    caption = f"{words.TELLING[moment.why]}, {words.clock(moment.time)}: fake {chance}."
    pictures = [tag("img", src=overlay.data_uri(plain), alt=caption)]
    if heat is not None:
        pictures.append(tag("img", src=overlay.data_uri(heat), alt="Its heat map."))
        caption += f" {wording.faithfulness(moment.explanation)}"
    return tag("figure", *pictures, tag("figcaption", caption))


def _numbers(track: TrackResult) -> list[tuple[str, Content]]:
    return [
        ("Answer", card.badge(track.verdict.label)),
        ("Why", words.reason(track.verdict)),
        ("Confidence", wording.confidence(track.verdict)),
        ("Seen", words.span(track)),
        ("Frames that look fake", wording.share(track.share_fake)),
        ("Between neighbouring frames", words.flicker(track.temporal)),
        ("Typical frame saved again", wording.stability(track.stability)),
    ]


def _file(analysis: VideoAnalysis, about: About) -> Markup:
    rows: list[tuple[str, Content]] = [
        ("Name", about.name),
        *card.source(words.as_picture(analysis)),
        ("Length", words.clock(analysis.seconds)),
        ("Frames looked at", f"{len(analysis.sampled):,}"),
        ("Cuts found", f"{len(analysis.cuts):,}"),
        ("Read to the end", "yes" if analysis.complete else "no"),
    ]
    return section("File", card.pairs(rows))
