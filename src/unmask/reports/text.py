"""Analysis -> a short answer for the terminal; whether it is coloured is up to the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum

from unmask.reports import wording
from unmask.types import Analysis, FaceResult, Label


class Style(StrEnum):
    """What a piece of text is; the caller decides how that looks."""

    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"
    FAINT = "faint"


Paint = Callable[[str, Style], str]
_STYLES = {Label.REAL: Style.GOOD, Label.FAKE: Style.BAD, Label.INCONCLUSIVE: Style.UNSURE}
_MARKS = {Label.REAL: "+", Label.FAKE: "!", Label.INCONCLUSIVE: "?"}


def plain(text: str, _style: Style) -> str:
    return text


def render(analysis: Analysis, name: str, paint: Paint = plain) -> str:
    """The answer first, then why, then what it rests on."""
    lines = [_answer(analysis, name, paint), *_why(analysis), *_faces(analysis, paint)]
    lines += [paint(line, Style.FAINT) for line in rests_on(analysis)]
    return "\n".join(lines) + "\n"


def line(analysis: Analysis, name: str, paint: Paint = plain) -> str:
    """One line of many: mark, answer, probability of fake, name."""
    verdict = analysis.verdict
    chance = "-" if verdict.fake_probability is None else wording.percent(verdict.fake_probability)
    shown = f"{_MARKS[verdict.label]} {wording.heading(verdict.label):<12}"
    return f"{paint(shown, _STYLES[verdict.label])} {chance:>14}  {printable(name)}"


def printable(name: str) -> str:
    """A file name cannot smuggle escape sequences or line breaks into a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name)


def answer(label: Label, paint: Paint = plain) -> str:
    """The answer in a word or two, with its mark."""
    return paint(f"{_MARKS[label]} {wording.heading(label)}", _STYLES[label])


def _answer(analysis: Analysis, name: str, paint: Paint) -> str:
    shown = answer(analysis.verdict.label, paint)
    return f"{printable(name)}\n{shown}  {wording.confidence(analysis.verdict)}"


def _why(analysis: Analysis) -> Iterator[str]:
    yield f"  {wording.meaning(analysis.verdict)}"
    yield f"  Why: {wording.reason(analysis.verdict)}"
    for note in analysis.notes:
        yield f"  Note: {printable(note)}"


def _faces(analysis: Analysis, paint: Paint) -> Iterator[str]:
    """Of several faces each has its own answer; that of a single one stands at the top already."""
    for number, result in enumerate(analysis.faces, start=1):
        yield f"  Face {number}, {wording.place(result)}, raw score {wording.scores(result)}"
        if len(analysis.faces) > 1:
            own = answer(result.verdict.label, paint)
            yield f"    {own}  {wording.confidence(result.verdict)}"
        yield from (f"    {line}" for line in _proofs(result))


def _proofs(result: FaceResult) -> Iterator[str]:
    if result.stability is not None:
        yield wording.stability(result.stability)
    if result.explanation is not None:
        yield wording.faithfulness(result.explanation)


def rests_on(analysis: Analysis) -> Iterator[str]:
    """The detectors, how often they were wrong, and the file."""
    for ref in analysis.detectors:
        yield f"  Detector {ref.name} {ref.version}, weights {ref.sha256[:16]}"
        yield f"    {wording.false_alarms(ref)}"
        yield f"    {wording.misses(ref)}"
    source = analysis.source
    kind = f"{source.media_type}, {analysis.width} x {analysis.height}"
    yield f"  File {kind}, {wording.size(source.size_bytes)}, SHA-256 {source.sha256}"
    yield f"  {wording.caution(analysis.verdict)}"


def cannot_judge(detector: str, cases: Sequence[str]) -> Iterator[str]:
    """What a detector says of itself; nothing where it says nothing."""
    if cases:
        yield f"  {printable(detector)} cannot judge"
        yield from (f"    {printable(case)}" for case in cases)
