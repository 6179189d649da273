"""Scored pictures -> Evaluation: every figure with its interval, over everything and for each part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from unmask.dataset.manifest import Manifest
from unmask.errors import EmptyDataset
from unmask.evaluation.intervals import RESAMPLES, Figure, figures
from unmask.evaluation.metrics import METRICS, RANKING
from unmask.evaluation.metrics.classification import ClassLine, classification_report
from unmask.evaluation.mistakes import Pattern, patterns
from unmask.evaluation.robustness import Robustness
from unmask.evaluation.scoring import Scored, to_sample
from unmask.evaluation.shortcuts import Shortcuts
from unmask.evaluation.slices import Part, by_generator, by_set, by_traits
from unmask.evaluation.subject import Subject
from unmask.types import Label

SCHEMA = 1
POOL = "all sets"


@dataclass(frozen=True)
class Section:
    """Figures of one part of the pictures; with `borrowed` real pictures it was ranked against other sets'."""

    kind: str
    name: str
    real: int
    fake: int
    no_face: int
    borrowed: int
    figures: dict[str, Figure]


@dataclass(frozen=True)
class Measured:
    """What was measured: which detector at which setting, on which pictures."""

    detector: str
    version: str
    sha256: str
    false_alarm_budget: float
    fake_above: float
    real_below: float
    model_bytes: int
    data_fingerprint: str
    split: str


@dataclass(frozen=True)
class Confusion:
    """Rows are the truth (real, fake); columns the answer (real, inconclusive, fake)."""

    real: tuple[int, int, int]
    fake: tuple[int, int, int]


@dataclass(frozen=True)
class Evaluation:
    measured: Measured
    pool: Section
    sets: tuple[Section, ...]
    generators: tuple[Section, ...]
    slices: tuple[Section, ...]
    confusion: Confusion
    classes: tuple[ClassLine, ...]
    mistakes: tuple[Pattern, ...]
    unreadable: tuple[str, ...]
    milliseconds: float
    robustness: Robustness | None = None
    shortcuts: Shortcuts | None = None
    schema: int = SCHEMA


@dataclass(frozen=True)
class Settings:
    resamples: int = RESAMPLES
    seed: int = 0


def evaluation(
    measured: Measured, scored: Sequence[Scored], settings: Settings = Settings()
) -> Evaluation:
    """Files that could not be read are named and left out of every figure."""
    pictures = [s for s in scored if not s.failure]
    if not pictures:
        raise EmptyDataset(f"None of {len(scored)} pictures could be read: {scored[0].failure}")

    def sections(split: Callable[[Sequence[Scored]], list[Part]]) -> tuple[Section, ...]:
        return tuple(section(part, settings) for part in split(pictures))

    return Evaluation(
        measured=measured,
        pool=section(Part("pool", POOL, tuple(pictures)), settings),
        sets=sections(by_set),
        generators=sections(by_generator),
        slices=sections(by_traits),
        confusion=confusion(pictures),
        classes=classification_report(to_sample(pictures).measured),
        mistakes=patterns(pictures),
        unreadable=tuple(s.entry.path for s in scored if s.failure),
        milliseconds=float(np.median([s.milliseconds for s in pictures])),
    )


def section(part: Part, settings: Settings = Settings()) -> Section:
    own = to_sample(part.pictures)
    told = figures(own, METRICS, settings.resamples, settings.seed)
    if part.borrowed:
        both = to_sample((*part.pictures, *part.borrowed))
        told |= figures(both, RANKING, settings.resamples, settings.seed)
    fake = int(own.fake.sum())
    no_face = int(np.isnan(own.probability).sum())
    return Section(part.kind, part.name, len(own) - fake, fake, no_face, len(part.borrowed), told)


def confusion(pictures: Sequence[Scored]) -> Confusion:
    order = (Label.REAL, Label.INCONCLUSIVE, Label.FAKE)

    def row(fake: bool) -> tuple[int, int, int]:
        labels = [s.answer.label for s in pictures if s.fake is fake]
        real, open_, false = (labels.count(label) for label in order)
        return real, open_, false

    return Confusion(row(False), row(True))


def describe(subject: Subject, manifest: Manifest) -> Measured:
    spec, policy = subject.spec, subject.spec.policy(subject.false_alarm_budget)
    return Measured(
        detector=spec.name,
        version=spec.version,
        sha256=spec.sha256,
        false_alarm_budget=subject.false_alarm_budget,
        fake_above=policy.fake_above,
        real_below=policy.real_below,
        model_bytes=subject.model_bytes,
        data_fingerprint=manifest.fingerprint(),
        split=" + ".join(sorted({entry.split.value or "unsplit" for entry in manifest})),
    )
