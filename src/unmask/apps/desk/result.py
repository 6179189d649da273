"""Picture bytes and an analyzer -> Result: an answer or a failure, with what reports need."""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from unmask import Analysis, Analyzer, Outcome, UnmaskError, __version__
from unmask.reports import html, overlay, schema, wording
from unmask.reports.about import About
from unmask.types import Failure, Pixels

PROGRAM = f"unmask {__version__}"
_SHOWN, _THUMBNAIL = 1600, 160
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """`picture` is a copy fit to be shown, `thumbnail` a small one, both JPEG; None without an answer."""

    outcome: Outcome
    at: datetime
    picture: bytes | None = None
    thumbnail: bytes | None = None

    @property
    def name(self) -> str:
        return self.outcome.name

    @property
    def about(self) -> About:
        return About(self.name, self.at, PROGRAM)


def look(analyzer: Analyzer, name: str, data: bytes) -> Result:
    """Never raises: a batch goes on, and the page shows words instead of a traceback."""
    at = now()
    try:
        analysis = analyzer.analyze(data)
        shown = overlay.shrink(analyzer.pixels(data), _SHOWN)
    except UnmaskError as error:
        return Result(Outcome(name, failure=Failure(error.code, str(error))), at)
    except Exception:
        _LOG.exception("An analysis failed")
        return Result(Outcome(name, failure=FAULT), at)
    outcome = Outcome(name, analysis=analysis)
    return Result(outcome, at, overlay.encode(shown, 90), small(analysis, shown))


def small(analysis: Analysis, shown: Pixels) -> bytes:
    """For lists: a square around the first face."""
    return overlay.encode(overlay.thumbnail(analysis, shown, _THUMBNAIL), 80)


def now() -> datetime:
    return datetime.now(UTC)


FAULT = Failure(
    "fault",
    "Something went wrong inside unmask. The picture got no answer; the details are in the log "
    "of the program. Try it again, or report it.",
)


def pixels(result: Result) -> Pixels:
    """The picture that is shown; written by `look`, so it is known to be sound."""
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(result.picture or b""), formats=["JPEG"]) as image:
        return np.asarray(image.convert("RGB"))


def html_report(result: Result) -> str:
    return html.render(_analysis(result), pixels(result), result.about)


def pdf_report(result: Result) -> bytes:
    from unmask.reports import pdf

    return pdf.render(_analysis(result), pixels(result), result.about)


def pdf_batch(results: Sequence[Result]) -> bytes:
    from unmask.reports import pdf

    items = [pdf.Item(r.outcome, lambda r=r: pixels(r)) for r in results]
    return pdf.render_batch(items, About(f"{len(results)} pictures", now(), PROGRAM))


def json_report(results: Sequence[Result]) -> str:
    """One analysis for one picture, a list of outcomes for several."""
    if len(results) == 1 and results[0].outcome.analysis is not None:
        return json.dumps(schema.to_json(results[0].outcome.analysis), indent=2)
    return json.dumps([schema.outcome_to_json(r.outcome) for r in results], indent=2)


def csv_report(results: Sequence[Result]) -> str:
    out = io.StringIO()
    rows = [row(r) for r in results]
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows({k: _harmless(v) for k, v in r.items()} for r in rows)
    return out.getvalue()


def row(result: Result) -> dict[str, object]:
    """One line of the table."""
    analysis, failure = result.outcome.analysis, result.outcome.failure
    if analysis is None:
        why = failure.message if failure else ""
        return dict(zip(_COLUMNS, (result.name, "NO ANSWER", None, why, 0, ""), strict=True))
    verdict = analysis.verdict
    values = (
        result.name,
        wording.heading(verdict.label),
        verdict.fake_probability,
        wording.reason(verdict),
        len(analysis.faces),
        analysis.source.sha256,
    )
    return dict(zip(_COLUMNS, values, strict=True))


_COLUMNS = ("picture", "answer", "probability of fake", "why", "faces", "sha256")


def _harmless(value: object) -> object:
    """A file name that begins like a formula is not run by a spreadsheet."""
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if risky else value


def _analysis(result: Result) -> Analysis:
    if result.outcome.analysis is None:
        raise ValueError(f"{result.name} has no answer to report")
    return result.outcome.analysis
