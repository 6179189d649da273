"""Sample -> how often the plain answer (fake from probability 0.5 on) is right: accuracy, precision, recall, F1.

Pictures without a score are left out; `unmask.evaluation.metrics.selective` counts those.
"""

from __future__ import annotations

from dataclasses import dataclass

from unmask.evaluation.sample import Flags, Floats, Sample, share

THRESHOLD = 0.5


@dataclass(frozen=True)
class ClassLine:
    """One line of a classification report; precision and F1 are 0 where nothing was called so."""

    name: str
    precision: float
    recall: float
    f1: float
    pictures: int


def classification_report(sample: Sample) -> tuple[ClassLine, ...]:
    """Real, fake, and their plain mean, of the pictures that got a score."""
    called = called_fake(sample)
    lines = [_line("real", ~called, ~sample.fake), _line("fake", called, sample.fake)]
    present = [line for line in lines if line.pictures]

    def mean(key: str) -> float:
        return float(sum(getattr(line, key) for line in present) / max(len(present), 1))

    means = ClassLine("mean of classes", mean("precision"), mean("recall"), mean("f1"), len(sample))
    return (*present, means)


def _line(name: str, called: Flags, truth: Flags) -> ClassLine:
    hits, said, there = int((called & truth).sum()), int(called.sum()), int(truth.sum())
    return ClassLine(
        name,
        precision=hits / said if said else 0.0,
        recall=hits / there if there else 0.0,
        f1=2 * hits / (said + there) if said + there else 0.0,
        pictures=there,
    )


def called_fake(sample: Sample) -> Flags:
    return sample.probability >= THRESHOLD


def accuracy(sample: Sample) -> Floats:
    right = called_fake(sample) == sample.fake
    return share(sample.total(right), sample.weights.sum(axis=1))


def balanced_accuracy(sample: Sample) -> Floats:
    return (recall(sample) + specificity(sample)) / 2


def precision(sample: Sample) -> Floats:
    called = called_fake(sample)
    return share(sample.total(called & sample.fake), sample.total(called))


def recall(sample: Sample) -> Floats:
    return share(sample.total(called_fake(sample) & sample.fake), sample.total(sample.fake))


def specificity(sample: Sample) -> Floats:
    return share(sample.total(~called_fake(sample) & ~sample.fake), sample.total(~sample.fake))


def f1(sample: Sample) -> Floats:
    called = called_fake(sample)
    hits = 2 * sample.total(called & sample.fake)
    return share(hits, sample.total(called) + sample.total(sample.fake))
