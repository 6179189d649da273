"""Analysis + picture -> one HTML page that needs nothing else: no script, no network, fit to print."""

from __future__ import annotations

from unmask.reports import card, overlay, wording
from unmask.reports.about import About
from unmask.reports.markup import Markup, join, tag
from unmask.reports.palette import variables
from unmask.types import Analysis, FaceResult, Pixels

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def render(analysis: Analysis, pixels: Pixels, about: About) -> str:
    """The answer, the picture, each face, then the numbers and what they do not tell."""
    body = join(
        header(about),
        card.verdict_card(analysis),
        _picture(analysis, pixels),
        *(
            _face(analysis, pixels, result, number)
            for number, result in enumerate(analysis.faces, start=1)
        ),
        _file(analysis, about),
        *(tag("section", tag("h2", "Detector"), card.detector(ref)) for ref in analysis.detectors),
        section("What this answer does not tell", card.bullets(wording.LIMITS)),
        section("How to check it", card.bullets(wording.verify(analysis))),
        tag("footer", f"Made by {about.program}. The answer depends on the file's bytes alone."),
    )
    return page(about, body)


def page(about: About, body: Markup) -> str:
    """A whole page around what was made elsewhere, in the style of every report."""
    return "<!doctype html>\n" + tag(
        "html", _head(about), tag("body", tag("main", body)), lang="en"
    )


def _head(about: About) -> Markup:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{about.name}: is this face real?"),
        tag("style", _style()),
    )


def _style() -> Markup:
    """Light by default and on paper, dark where the reader's screen is."""
    dark = (
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {variables(dark=True)} }} }}"
    )
    root = f":root {{ color-scheme: light dark; {variables(dark=False)} }}\n{dark}\n"
    return Markup(root + card.sheet("report.css") + card.sheet("pieces.css") + card.marks())


def header(about: About) -> Markup:
    when = tag("p", f"Analysed {about.time}", class_="um-when") if about.time else Markup("")
    return tag("header", tag("h1", about.name), when)


def section(title: str, content: Markup) -> Markup:
    return tag("section", tag("h2", title), content)


def _picture(analysis: Analysis, pixels: Pixels) -> Markup:
    words = wording.faces(analysis.faces)
    shown = overlay.with_boxes(analysis, pixels)
    image = tag("img", src=overlay.data_uri(shown), alt=f"The picture. {words}.", class_="um-whole")
    notes = card.bullets(analysis.notes) if analysis.notes else Markup("")
    return tag("figure", image, tag("figcaption", f"{words}."), notes)


def _face(analysis: Analysis, pixels: Pixels, result: FaceResult, number: int) -> Markup:
    return section(
        f"Face {number}",
        join(
            card.crops(analysis, pixels, result, number),
            card.face_numbers(result),
            card.variants(result),
        ),
    )


def _file(analysis: Analysis, about: About) -> Markup:
    rows = [("Name", about.name), *card.source(analysis)]
    if about.time:
        rows.append(("Analysed", about.time))
    return section("File", card.pairs(rows))
