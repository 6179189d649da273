"""Manifest -> Scored pictures: every picture goes through the analyzer exactly as a user's would."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from unmask.dataset.manifest import Entry, Manifest
from unmask.errors import EmptyDataset, InputError
from unmask.evaluation.sample import VERDICTS, Sample
from unmask.evaluation.traits import Traits, traits
from unmask.stages.decode import decode
from unmask.types import Analysis, Box, Label, Pixels, Reason

Progress = Callable[[int, int], None]
Item = TypeVar("Item")
Result = TypeVar("Result")


class Judge(Protocol):
    """What is measured; `unmask.Analyzer` is one."""

    def analyze(self, data: bytes) -> Analysis: ...

    def analyze_pixels(self, pixels: Pixels) -> Analysis: ...


@dataclass(frozen=True)
class Answer:
    """What the analyzer said: the probability of the largest face, the verdict on the picture."""

    logit: float
    probability: float
    label: Label
    reason: Reason
    faces: int
    box: Box | None


@dataclass(frozen=True)
class Scored:
    """One picture, the truth about it and the answer; `failure` says why a file gave none."""

    entry: Entry
    answer: Answer
    traits: Traits | None = None
    milliseconds: float = math.nan
    failure: str = ""

    @property
    def fake(self) -> bool:
        return self.entry.label == 1

    @property
    def wrong(self) -> bool:
        return self.answer.label is not Label.INCONCLUSIVE and (
            (self.answer.label is Label.FAKE) != self.fake
        )


NO_ANSWER = Answer(math.nan, math.nan, Label.INCONCLUSIVE, Reason.NO_FACE, 0, None)


def score(
    judge: Judge, manifest: Manifest, workers: int = 2, progress: Progress | None = None
) -> tuple[Scored, ...]:
    """Answers in the manifest's order, whatever the number of workers."""
    if not manifest.entries:
        raise EmptyDataset("There are no pictures to measure. Check the split and the sets named.")
    return in_threads(lambda entry: _score(judge, manifest, entry), manifest, workers, progress)


def in_threads(
    task: Callable[[Item], Result],
    items: Iterable[Item],
    workers: int,
    progress: Progress | None = None,
) -> tuple[Result, ...]:
    """Inference and decoding release Python's lock, so threads are enough."""
    todo = tuple(items)
    results: list[Result] = []
    with ThreadPoolExecutor(workers) as pool:
        try:
            for result in pool.map(task, todo):
                results.append(result)
                if progress:
                    progress(len(results), len(todo))
        except BaseException:  # Ctrl-C too: what has not begun must not be waited for
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return tuple(results)


def answer_of(analysis: Analysis) -> Answer:
    """The largest face stands first."""
    verdict = analysis.verdict
    if not analysis.faces:
        return Answer(math.nan, math.nan, verdict.label, verdict.reason, 0, None)
    face = analysis.faces[0]
    probability = face.verdict.fake_probability
    return Answer(
        logit=face.scores[0].logit,
        probability=math.nan if probability is None else probability,
        label=verdict.label,
        reason=verdict.reason,
        faces=len(analysis.faces),
        box=face.face.box,
    )


def to_sample(scored: Sequence[Scored]) -> Sample:
    """The same pictures as arrays, for the metrics."""
    _, groups = np.unique([s.entry.set + "/" + s.entry.group for s in scored], return_inverse=True)
    return Sample(
        fake=np.array([s.fake for s in scored], bool),
        probability=np.array([s.answer.probability for s in scored], np.float64),
        verdict=np.array([VERDICTS[s.answer.label] for s in scored], np.int8),
        groups=groups.astype(np.int64),
    )


def _score(judge: Judge, manifest: Manifest, entry: Entry) -> Scored:
    try:
        data = manifest.file(entry).read_bytes()
        start = time.perf_counter()
        answer = answer_of(judge.analyze(data))
        spent = 1000 * (time.perf_counter() - start)
        return Scored(entry, answer, traits(data, decode(data), answer.box), spent)
    except (InputError, OSError) as error:
        return Scored(entry, NO_ANSWER, failure=str(error))
