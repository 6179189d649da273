"""A wish and a picture's bytes in, a small header and a finished answer out; runs inside a worker."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from unmask import catalogue
from unmask.analyzer import Analyzer
from unmask.apps.server.live import Live
from unmask.errors import ConfigError, MissingExtra, UnmaskError
from unmask.reports import html, overlay
from unmask.reports.about import About
from unmask.reports.schema import to_json
from unmask.types import Analysis, DetectorRef, Limits

if TYPE_CHECKING:
    from unmask.video import Look

Answer = tuple[dict[str, Any], bytes]
MOST_ANALYZERS = 16


class Judge:
    """Opens each network once, whatever the options, and answers one wish at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._places: dict[str, str] = {}
        self._detector = cache(catalogue.opened)
        self._finder = cache(catalogue.opened_finder)
        self._analyzer: Callable[..., Analyzer] = lru_cache(MOST_ANALYZERS)(self._open)
        self._look: Callable[..., Look] = lru_cache(MOST_ANALYZERS)(self._open_look)
        self._live = Live(lambda wish: self._look(*_whom(wish)))
        self._kinds = {
            "analyze": self._analyze,
            "explain": self._explain,
            "report": self._report,
            "frame": self._frame,
            "close": self._close,
        }

    def answer(self, wish: dict[str, Any], data: bytes) -> Answer:
        """Never raises: what went wrong is an answer too."""
        begun = time.perf_counter()
        try:
            header, block = self._kinds[wish["kind"]](wish, data)
        except UnmaskError as error:
            header, block = {"code": error.code, "detail": str(error)}, b""
        except Exception as error:
            header, block = {"code": "internal_error", "detail": _where(error)}, b""
        return {**header, "seconds": time.perf_counter() - begun}, block

    def introduce(self, given: list[str], rates: list[float], faces: bool) -> list[dict[str, Any]]:
        """Every detector on offer, proven able to answer by a plain picture that it judges."""
        known = []
        for place in given:
            name = self._detector(place).spec.name
            if name in self._places:
                raise ConfigError(f"Two detectors are called {name!r}. Offer one of them.")
            self._places[name] = place
            refs = [self._try(name, rate, False).detectors[0] for rate in rates]
            scores = self._detector(place).spec.score_histogram
            known.append({**_introduction(refs), "score_histogram": scores and asdict(scores)})
        self._try(known[0]["name"], rates[0], faces)
        return known

    def _try(self, name: str, rate: float, faces: bool) -> Analysis:
        analyzer = self._analyzer((name,), rate, faces, False, False)
        return analyzer.analyze_pixels(np.full((256, 256, 3), 128, np.uint8))

    def _for(self, wish: dict[str, Any]) -> Analyzer:
        return self._analyzer(*_whom(wish), wish["explain"], wish["stability"])

    def _open(
        self, names: tuple[str, ...], rate: float, faces: bool, explain: bool, stability: bool
    ) -> Analyzer:
        return Analyzer(
            [self._detector(self._places[name]) for name in names],
            false_alarm_rate=rate,
            faces=self._finder() if faces else False,
            explain=explain,
            stability=stability,
            limits=self._limits,
        )

    def _open_look(self, names: tuple[str, ...], rate: float, faces: bool) -> Look:
        from unmask.video import Look

        return Look.open(
            *(self._detector(self._places[name]) for name in names),
            faces=self._finder() if faces else False,
            false_alarm_rate=rate,
        )

    def _frame(self, wish: dict[str, Any], data: bytes) -> Answer:
        return {}, self._live.frame(wish, self._for(wish).pixels(data))

    def _close(self, wish: dict[str, Any], _: bytes) -> Answer:
        self._live.close(wish["stream"])
        return {}, b""

    def _analyze(self, wish: dict[str, Any], data: bytes) -> Answer:
        analysis = self._for(wish).analyze(data)
        text = json.dumps(to_json(analysis), separators=(",", ":"), allow_nan=False)
        return _summary(analysis), text.encode()

    def _explain(self, wish: dict[str, Any], data: bytes) -> Answer:
        analyzer = self._for({**wish, "explain": True})
        analysis = analyzer.analyze(data)
        if not analysis.faces:
            return {"code": "nothing_to_explain", "detail": "No face was found."}, b""
        shown = overlay.with_heat(analysis, analyzer.pixels(data))
        out = BytesIO()
        Image.fromarray(shown).save(out, "PNG")
        return _summary(analysis), out.getvalue()

    def _report(self, wish: dict[str, Any], data: bytes) -> Answer:
        analyzer = self._for({**wish, "explain": True})
        analysis, pixels = analyzer.analyze(data), analyzer.pixels(data)
        about = About(wish["name"], datetime.fromisoformat(wish["time"]))
        if wish["format"] == "html":
            return _summary(analysis), html.render(analysis, pixels, about).encode()
        return _summary(analysis), _pdf()(analysis, pixels, about)


def _whom(wish: dict[str, Any]) -> tuple[tuple[str, ...], float, bool]:
    return tuple(wish["detector"]), wish["false_alarm_rate"], wish["faces"]


def _pdf() -> Callable[..., bytes]:
    try:
        from unmask.reports import pdf
    except ImportError:
        raise MissingExtra("A report as PDF", "pdf") from None
    return pdf.render


def _summary(analysis: Analysis) -> dict[str, Any]:
    """What the server counts and logs, so that it need not read the answer itself."""
    return {
        "sha256": analysis.source.sha256,
        "label": str(analysis.verdict.label),
        "reason": str(analysis.verdict.reason),
        "probabilities": [f.verdict.fake_probability for f in analysis.faces],
    }


def _introduction(refs: list[DetectorRef]) -> dict[str, Any]:
    first = refs[0]
    return {
        "name": first.name,
        "version": first.version,
        "sha256": first.sha256,
        "policies": [
            {
                "false_alarm_budget": ref.policy.false_alarm_budget,
                "fake_above": ref.policy.fake_above,
                "real_below": ref.policy.real_below,
                "min_face_pixels": ref.policy.min_face_pixels,
                "false_alarm_rate": vars(ref.policy.false_alarm_rate),
                "miss_rate": vars(ref.policy.miss_rate),
            }
            for ref in refs
        ],
    }


def _where(error: Exception) -> str:
    """Type and place, never the message: it may hold what was uploaded."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
