"""A file and a choice -> what the Gradio page shows; knows nothing of Gradio."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from unmask import Analyzer, Outcome, UnmaskError
from unmask.apps.desk import result as results
from unmask.apps.desk.result import Result
from unmask.apps.settings import Settings
from unmask.errors import InputError, TooLarge
from unmask.reports import card, overlay, schema, wording
from unmask.reports.markup import Markup, join, tag
from unmask.types import FaceResult, Failure, Pixels

BUDGETS = (0.001, 0.01, 0.05)
HEADINGS = ("picture", "answer", "probability of fake", "why")


class Instant:
    """Opens each detector once; safe to call from many threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._analyzer = lru_cache(maxsize=8)(self._open)

    def look(self, path: str, name: str, detectors: Sequence[str], budget: float) -> Result:
        """Raises an InputError where there is no answer, for the page to show."""
        if not path:
            raise InputError("No picture was given. Drop one, browse for one, or take a photo.")
        data = self._read(Path(path))
        found = results.look(self._chosen(detectors, budget), name, data)
        if found.outcome.failure is not None:
            raise InputError(found.outcome.failure.message)
        return found

    def many(
        self, files: Sequence[tuple[str, str]], detectors: Sequence[str], budget: float
    ) -> list[Result]:
        """One result for each (path, name); a bad file is a failure in its place."""
        return [self._one_of_many(path, name, detectors, budget) for path, name in files]

    def _one_of_many(self, path: str, name: str, detectors: Sequence[str], budget: float) -> Result:
        try:
            data = self._read(Path(path))
        except UnmaskError as error:
            failure = Failure(error.code, str(error))
            return Result(Outcome(name, failure=failure), results.now())
        return results.look(self._chosen(detectors, budget), name, data)

    def _read(self, path: Path) -> bytes:
        if path.stat().st_size > self.settings.max_bytes:
            raise TooLarge(
                f"The file has more than {self.settings.max_bytes:,} bytes, the most that are "
                "accepted. Save it smaller."
            )
        return path.read_bytes()

    def _chosen(self, detectors: Sequence[str], budget: float) -> Analyzer:
        return self._analyzer(tuple(detectors) or self.settings.detector, budget)

    def _open(self, detectors: tuple[str, ...], budget: float) -> Analyzer:
        return Analyzer(detectors, false_alarm_rate=budget, limits=self.settings.limits)


def confidences(result: Result) -> dict[str, float]:
    """For Gradio's label; held between 1 and 99 % because it rounds, and 0 and 100 % are never true."""
    analysis = result.outcome.analysis
    chance = analysis.verdict.fake_probability if analysis else None
    if chance is None:
        return {}
    held = min(max(chance, 0.01), 0.99)
    return {"fake": held, "real": 1 - held}


def answer(result: Result) -> str:
    """The card; then each face, and what the answer does not tell, folded."""
    analysis = result.outcome.analysis
    if analysis is None:
        return ""
    faces = (
        _folded(f"Face {number}: {wording.heading(face.verdict.label)}", _face(face))
        for number, face in enumerate(analysis.faces, start=1)
    )
    limits = _folded("What this answer does not tell", card.bullets(wording.LIMITS))
    return join(card.verdict_card(analysis), *faces, limits)


def _face(face: FaceResult) -> Markup:
    return join(card.face_numbers(face), card.variants(face))


def _folded(title: str, content: Markup) -> Markup:
    return tag("details", tag("summary", title), content, class_="um-more")


def pictures(result: Result, opacity: float) -> tuple[Pixels, Pixels]:
    """With boxes, and with heat."""
    analysis = result.outcome.analysis
    if analysis is None:
        raise InputError("There is no answer to draw.")
    shown = overlay.fit(results.pixels(result))
    return overlay.with_boxes(analysis, shown), overlay.with_heat(analysis, shown, opacity)


def table(found: Sequence[Result]) -> list[list[Any]]:
    rows = [results.row(r) for r in found]
    return [[r["picture"], r["answer"], _chance(r["probability of fake"]), r["why"]] for r in rows]


def document(result: Result) -> dict[str, Any]:
    """The JSON form, for programs that call the page."""
    analysis = result.outcome.analysis
    found: dict[str, Any] = json.loads(json.dumps(schema.to_json(analysis))) if analysis else {}
    return found


def _chance(value: object) -> str:
    return "-" if value is None else wording.percent(float(str(value)))
