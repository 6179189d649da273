"""Sample -> what happens when `inconclusive` is an answer: coverage, errors among firm answers, false alarms, misses.

All pictures count; one without a face is inconclusive.
"""

from __future__ import annotations

from unmask.evaluation.sample import Flags, Floats, Sample, share


def firm(sample: Sample) -> Flags:
    return sample.verdict >= 0


def _wrong(sample: Sample) -> Flags:
    wrong: Flags = firm(sample) & ((sample.verdict == 1) != sample.fake)
    return wrong


def coverage(sample: Sample) -> Floats:
    """The share of pictures that got a firm answer."""
    return share(sample.total(firm(sample)), sample.weights.sum(axis=1))


def firm_error(sample: Sample) -> Floats:
    """Wrong answers among the firm ones."""
    return share(sample.total(_wrong(sample)), sample.total(firm(sample)))


def false_alarms(sample: Sample) -> Floats:
    """Real pictures firmly called fake, among all real pictures."""
    return share(sample.total(_wrong(sample) & ~sample.fake), sample.total(~sample.fake))


def false_passes(sample: Sample) -> Floats:
    """Fakes firmly called real, among all fakes."""
    return share(sample.total(_wrong(sample) & sample.fake), sample.total(sample.fake))


def found(sample: Sample) -> Floats:
    """Fakes firmly called fake, among all fakes."""
    hits = (sample.verdict == 1) & sample.fake
    return share(sample.total(hits), sample.total(sample.fake))
