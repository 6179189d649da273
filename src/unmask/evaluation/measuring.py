"""Detector + manifest -> Measurement: scores every picture, then everything else that was asked for, in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from unmask.dataset.manifest import Manifest, Split
from unmask.errors import ConfigError
from unmask.evaluation.damages import Damage
from unmask.evaluation.evaluation import Evaluation, Settings, describe, evaluation
from unmask.evaluation.plots.gallery import draw_all
from unmask.evaluation.report import write_report
from unmask.evaluation.robustness import PER_CLASS, Bench, robustness, subset
from unmask.evaluation.scoring import Progress, Scored, score
from unmask.evaluation.shortcuts import shortcuts
from unmask.evaluation.storage import write_evaluation
from unmask.evaluation.subject import Subject

TRAITS_PER_CLASS = 100
"""So many Train pictures of each set and class teach the rival that knows only shortcuts."""

DEFAULTS = Settings()

Watch = Callable[[str], Progress | None]


def unwatched(title: str) -> Progress | None:
    return None


@dataclass(frozen=True)
class Plan:
    """What to measure; `grid` empty means no robustness check. No `sets` means all of them."""

    split: Split = Split.TEST
    sets: tuple[str, ...] = ()
    grid: tuple[Damage, ...] = ()
    per_class: int = PER_CLASS
    shortcuts: bool = False
    workers: int = 2
    settings: Settings = DEFAULTS


@dataclass(frozen=True)
class Measurement:
    result: Evaluation
    scored: tuple[Scored, ...]
    pictures: Manifest


def measure(
    subject: Subject, whole: Manifest, plan: Plan = Plan(), watch: Watch = unwatched
) -> Measurement:
    pictures = chosen(whole, plan.split, plan.sets)
    scored = score(subject.analyzer, pictures, plan.workers, watch("pictures"))
    result = evaluation(describe(subject, pictures), scored, plan.settings)
    readable = [s for s in scored if not s.failure]
    if plan.grid:
        damages = watch("damaged pictures")
        bench = Bench(subject.analyzer, pictures, plan.workers, plan.settings.resamples, damages)
        result = replace(result, robustness=robustness(bench, readable, plan.grid, plan.per_class))
    if plan.shortcuts:
        train = _some_train(subject, whole, plan, watch("training pictures"))
        found = shortcuts(train, readable, plan.settings.resamples)
        result = replace(result, shortcuts=found)
    return Measurement(result, scored, pictures)


def write(folder: Path, measurement: Measurement, plots: bool = True) -> Path:
    """evaluation.json, scores.csv, plots/ and a README.md that shows them all."""
    result, scored = measurement.result, measurement.scored
    write_evaluation(folder, result, scored)
    pictures = measurement.pictures
    drawn = draw_all(result, scored, pictures, folder / "plots") if plots else ()
    return write_report(folder, result, drawn)


def chosen(whole: Manifest, split: Split, sets: Sequence[str]) -> Manifest:
    unknown = [name for name in sets if name not in whole.sets()]
    if unknown:
        raise ConfigError.unknown_key(unknown[0], whole.sets())
    part = whole.of(split)
    if not part.entries:
        held = sorted({entry.split.value or "none" for entry in whole})
        raise ConfigError(
            f"The data hold no pictures of the split {split.value!r}; they hold: {', '.join(held)}. "
            "Choose one of these, or split the data first with `unmask data`."
        )
    return part.with_entries(e for e in part if not sets or e.set in sets)


def _some_train(
    subject: Subject, whole: Manifest, plan: Plan, progress: Progress | None
) -> tuple[Scored, ...]:
    """Answers do not matter here, so stability is not checked; the finder's boxes do."""
    train = chosen(whole, Split.TRAIN, plan.sets)
    some = train.with_entries(subset(train.entries, TRAITS_PER_CLASS))
    return score(subject.quick, some, plan.workers, progress)
