"""Settings -> a task that turns the name of a file into its row; what each worker of a scan does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import unmask
from unmask.analyzer import Analyzer
from unmask.batch.journal import Row
from unmask.batch.rows import Form
from unmask.batch.workers import Task
from unmask.errors import UnmaskError
from unmask.stages.detectors.spec import read_spec
from unmask.stages.detectors.store import Store
from unmask.types import DEFAULT_DETECTOR, Failure, Limits, Outcome


@dataclass(frozen=True)
class Settings:
    """What an answer depends on; a scan that goes on must go on with the same."""

    detectors: tuple[str, ...] = (DEFAULT_DETECTOR,)
    false_alarm_rate: float = 0.01
    whole_picture: bool = False
    stability: bool = True
    limits: Limits = Limits()

    def analyzer(self) -> Analyzer:
        """Without explanations: a table has no room for pictures."""
        return Analyzer(
            list(self.detectors),
            false_alarm_rate=self.false_alarm_rate,
            faces=not self.whole_picture,
            explain=False,
            stability=self.stability,
            limits=self.limits,
        )

    def record(self, folder: Path) -> dict[str, Any]:
        """As it stands in the journal's first line."""
        return {
            "unmask": unmask.__version__,
            "folder": str(folder.resolve()),
            "detectors": [self._reference(name) for name in self.detectors],
            "false_alarm_rate": self.false_alarm_rate,
            "whole_picture": self.whole_picture,
            "stability": self.stability,
            "max_bytes": self.limits.max_bytes,
            "max_pixels": self.limits.max_pixels,
        }

    def _reference(self, name: str) -> str:
        spec = read_spec(Store().find(name))
        spec.policy(self.false_alarm_rate)
        return f"{spec.name} {spec.version} {spec.sha256}"


def open_task(folder: Path, settings: Settings, form: Form) -> Task:
    return partial(_answer, settings.analyzer(), folder, form)


def lost(form: Form, name: str, what: str) -> Row:
    """The row of a picture that ended or held up its worker twice."""
    message = f"The picture {what}. Please send it with a bug report if you can."
    return form(Outcome(name, failure=Failure("worker_lost", message)))


def _answer(analyzer: Analyzer, folder: Path, form: Form, name: str) -> Row:
    try:
        return form(Outcome(name, analysis=analyzer.analyze_path(folder / name)))
    except UnmaskError as error:
        failure = Failure(error.code, str(error))
    except Exception as error:  # one picture of millions must not end the scan, whatever it does
        failure = Failure("unexpected", f"{type(error).__name__}: {error}")
    return form(Outcome(name, failure=failure))
