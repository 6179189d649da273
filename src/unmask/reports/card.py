"""Analysis -> pieces of HTML that the report and the apps share: the verdict card, the scale, tables."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from urllib.parse import quote

from unmask.reports import overlay, wording
from unmask.reports.markup import Content, Markup, join, tag
from unmask.reports.palette import MARKS
from unmask.types import Analysis, DetectorRef, FaceResult, Label, Pixels, Verdict

_SIDE = 320
_AS_SEEN = "Face {} as the detector saw it."
_HEAT = "What spoke for the leaning of the score: pale for much, dark for little."


def sheet(name: str) -> Markup:
    """A style sheet of this package: `pieces.css` for what is made here, `report.css` for a page."""
    return Markup(files("unmask.reports").joinpath(name).read_text(encoding="utf-8"))


def verdict_card(analysis: Analysis, why: str = "") -> Markup:
    """Mark, words, scale and what they rest on, for the whole picture; `why` for what is no picture."""
    verdict = analysis.verdict
    words = tag(
        "div",
        tag("p", wording.heading(verdict.label), class_="um-answer"),
        tag("p", wording.confidence(verdict), class_="um-confidence"),
        tag("p", wording.meaning(verdict), class_="um-meaning"),
        class_="um-words",
    )
    return tag(
        "section",
        tag("div", mark(verdict.label), words, class_="um-head"),
        scale(verdict, analysis.detectors[0]),
        pairs([("Why", why or wording.reason(verdict)), *_ground(analysis)]),
        class_=f"um-card um-{verdict.label.value}",
        aria_label=f"Answer: {wording.heading(verdict.label)}",
    )


def _ground(analysis: Analysis) -> list[tuple[str, Content]]:
    """What the answer stands on: whether it held, and how often such answers were wrong."""
    held = [("Saved again", wording.stability_of(analysis.faces))] if analysis.faces else []
    return [*held, *wording.errors(analysis)]


def mark(label: Label) -> Markup:
    """A tick, a cross or a question mark; drawn by the style sheet in the colour of the answer."""
    return tag("span", class_=f"um-mark um-{label.value}", aria_hidden="true")


def marks() -> Markup:
    """The style rules that draw the marks: masks, because apps strip drawings from HTML."""
    return Markup("".join(_mask(label, path) for label, path in MARKS.items()))


def _mask(label: Label, path: str) -> str:
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='black' "
        f"stroke-width='2.8' stroke-linecap='round' stroke-linejoin='round'><path d='{path}'/></svg>"
    )
    address = f"data:image/svg+xml,{quote(drawing)}"
    return f'.um-mark.um-{label.value}::before {{ mask-image: url("{address}"); }}\n'


def badge(label: Label) -> Markup:
    """The answer in one short coloured word with its mark."""
    return tag("span", mark(label), wording.heading(label), class_=f"um-badge um-{label.value}")


def scale(verdict: Verdict, ref: DetectorRef) -> Markup:
    """From real to fake: where the answers begin, and where this picture stands."""
    if verdict.fake_probability is None:
        return Markup("")
    low, high = ref.policy.real_below * 100, ref.policy.fake_above * 100
    zones = join(_zone("real", 0, low), _zone("inconclusive", low, high), _zone("fake", high, 100))
    at = min(max(verdict.fake_probability * 100, 1), 99)
    needle = tag("i", class_="um-needle", style=f"left:{at:.2f}%")
    words = wording.percent(verdict.fake_probability)
    bar = tag(
        "div",
        zones,
        needle,
        class_="um-bar",
        role="img",
        aria_label=f"Probability of fake: {words}. Fake from {high:.0f} %, real up to {low:.0f} %.",
    )
    names = (
        wording.HEADINGS[label].lower() for label in (Label.REAL, Label.INCONCLUSIVE, Label.FAKE)
    )
    ends = tag("div", *(tag("span", name) for name in names), class_="um-ends", aria_hidden="true")
    return tag("div", bar, ends, class_="um-scale")


def _zone(name: str, start: float, end: float) -> Markup:
    place = f"left:{start:.2f}%;width:{max(end - start, 0):.2f}%"
    return tag("i", class_=f"um-zone um-{name}", style=place)


def pairs(rows: Iterable[tuple[str, Content]]) -> Markup:
    """A list of names and values; a value begins at the side where its script begins."""
    body = (join(tag("dt", name), tag("dd", value, dir="auto")) for name, value in rows)
    return tag("dl", *body, class_="um-pairs")


def table(head: Iterable[str], rows: Iterable[Iterable[Content]], caption: str) -> Markup:
    top = tag("tr", *(tag("th", cell, scope="col") for cell in head))
    body = (tag("tr", *(tag("td", cell) for cell in row)) for row in rows)
    inner = join(tag("caption", caption), tag("thead", top), tag("tbody", *body))
    return tag("div", tag("table", inner, class_="um-table"), class_="um-scroll")


def bullets(lines: Iterable[str]) -> Markup:
    return tag("ul", *(tag("li", line) for line in lines))


def crops(analysis: Analysis, pixels: Pixels, result: FaceResult, number: int) -> Markup:
    """The face as the detector saw it, and under its heat map."""
    shown = [(overlay.face_pixels(analysis, pixels, result, _SIDE), _AS_SEEN.format(number))]
    heat = overlay.face_heat(analysis, pixels, result, _SIDE)
    if heat is not None:
        shown.append((heat, _HEAT))
    figures = (
        tag("figure", tag("img", src=overlay.data_uri(p), alt=words), tag("figcaption", words))
        for p, words in shown
    )
    return tag("div", *figures, class_="um-crops")


def face_numbers(result: FaceResult) -> Markup:
    """All that was measured on one face."""
    return pairs(
        [
            ("Answer", badge(result.verdict.label)),
            ("Why", wording.reason(result.verdict)),
            ("Confidence", wording.confidence(result.verdict)),
            ("Raw score", wording.scores(result) or "not scored"),
            ("Place", wording.place(result)),
            ("Sure that it is a face", wording.percent(result.face.confidence)),
            ("Saved again", wording.stability(result.stability)),
            ("Heat map", wording.faithfulness(result.explanation)),
        ]
    )


def variants(result: FaceResult) -> Markup:
    """What the detector said about the same face saved in other ways."""
    if result.stability is None or not result.stability.variants:
        return Markup("")
    rows = (
        (v.name, wording.percent(v.fake_probability), badge(v.label))
        for v in result.stability.variants
    )
    return table(("Saved as", "Probability of fake", "Answer"), rows, "The same face, saved again")


def detector(ref: DetectorRef) -> Markup:
    """Which detector, with which thresholds, wrong how often."""
    policy = ref.policy
    return pairs(
        [
            ("Detector", f"{ref.name} {ref.version}"),
            ("Weights (SHA-256)", tag("code", ref.sha256)),
            ("Preprocessing", wording.preprocessing(ref)),
            ("Thresholds", wording.thresholds(ref)),
            ("False-alarm budget", wording.budget(policy.false_alarm_budget)),
            ("Real faces called fake", wording.rate(policy.false_alarm_rate)),
            ("Fakes called authentic", wording.rate(policy.miss_rate)),
            ("Calibrated and measured on", ref.calibration.fitted_on),
            ("Calibration", wording.calibration(ref)),
        ]
    )


def source(analysis: Analysis) -> list[tuple[str, Content]]:
    found = analysis.source
    return [
        ("Type", found.media_type),
        ("Dimensions", f"{analysis.width} x {analysis.height} pixels"),
        ("Size", f"{wording.size(found.size_bytes)} ({found.size_bytes:,} bytes)"),
        ("SHA-256", tag("code", found.sha256)),
    ]
