"""Sample -> how often the plain answer (fake from probability 0.5 on) is right: accuracy, precision, recall, F1.

Pictures without a score are left out; `unmask.evaluation.metrics.selective` counts those.
"""

from __future__ import annotations

from unmask.evaluation.sample import Flags, Floats, Sample, share

THRESHOLD = 0.5


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
