"""Sample -> whether the probabilities mean what they say: log loss, Brier score, calibration error."""

from __future__ import annotations

import numpy as np

from unmask.evaluation.sample import Floats, Sample, share

BINS = 10


def log_loss(sample: Sample) -> Floats:
    """Natural logarithm; the detectors never say 0 or 1, so it stays finite."""
    eps = np.finfo(np.float64).eps
    probability = np.clip(sample.probability, eps, 1 - eps)
    loss = -np.log(np.where(sample.fake, probability, 1 - probability))
    return share(sample.weights @ loss, sample.weights.sum(axis=1))


def brier(sample: Sample) -> Floats:
    loss = (sample.probability - sample.fake) ** 2
    return share(sample.weights @ loss, sample.weights.sum(axis=1))


def calibration_error(sample: Sample) -> Floats:
    """Ten bins of equal width: mean gap between the probability said and the share of fakes found."""
    member = bin_of(sample.probability)[:, None] == np.arange(BINS)
    said = sample.weights @ (member * sample.probability[:, None])
    found = sample.weights @ (member * sample.fake[:, None])
    return share(np.abs(said - found).sum(axis=1), sample.weights.sum(axis=1))


def bin_of(probability: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Bin k holds probabilities above k/10 up to (k+1)/10; the first one holds 0 too."""
    edges = np.linspace(0, 1, BINS + 1)
    return np.searchsorted(edges[1:-1], probability, side="left").astype(np.int64)
