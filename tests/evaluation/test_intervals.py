"""Bootstrap intervals hold the truth as often as they say, respect groups, and never claim certainty from few cases."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as reference

from unmask.evaluation.intervals import figures, resampled
from unmask.evaluation.metrics import BY_KEY, METRICS
from unmask.evaluation.sample import Sample


def _sample(rng, count, groups=None, gap=1.0):
    fake = np.arange(count) % 2 == 0
    probability = 1 / (1 + np.exp(-rng.normal(np.where(fake, gap / 2, -gap / 2), 1.0)))
    verdict = np.where(probability > 0.6, 1, np.where(probability < 0.4, 0, -1)).astype(np.int8)
    return Sample(fake, probability, verdict, np.arange(count) if groups is None else groups)


def test_the_interval_holds_the_true_auc_about_95_times_in_100():
    """Two normal curves a standard deviation apart: AUC = Phi(1 / sqrt 2)."""
    truth, rng = stats.norm.cdf(1 / np.sqrt(2)), np.random.default_rng(0)
    auc = [figures(_sample(rng, 200), [BY_KEY["roc_auc"]], 300)["roc_auc"] for _ in range(200)]
    held = np.mean([figure.low <= truth <= figure.high for figure in auc])
    assert 0.90 <= held <= 0.99


def test_the_spread_is_the_plain_bootstraps():
    """The weighted short cut against the long way: drawing indices, asking scikit-learn each time."""
    rng = np.random.default_rng(3)
    sample = _sample(rng, 160)
    fakes, reals = np.flatnonzero(sample.fake), np.flatnonzero(~sample.fake)
    drawn = [np.concatenate([rng.choice(fakes, 80), rng.choice(reals, 80)]) for _ in range(1500)]
    slow = [reference.roc_auc_score(sample.fake[i], sample.probability[i]) for i in drawn]
    fast = np.concatenate([BY_KEY["roc_auc"](s) for s in resampled(sample, 1500, 1)])
    assert np.std(fast) == pytest.approx(np.std(slow), rel=0.1)
    assert np.mean(fast) == pytest.approx(np.mean(slow), abs=0.004)


def test_the_same_seed_gives_the_same_figures():
    sample = _sample(np.random.default_rng(1), 100)
    assert figures(sample, METRICS, 50, seed=4) == figures(sample, METRICS, 50, seed=4)
    assert figures(sample, METRICS, 50, seed=4) != figures(sample, METRICS, 50, seed=5)


def test_copies_within_a_group_do_not_narrow_the_interval():
    """Every picture ten times in one group says no more than every picture once."""
    once = _sample(np.random.default_rng(2), 80)
    copies = np.repeat(np.arange(80), 10)
    many = Sample(once.fake[copies], once.probability[copies], once.verdict[copies], copies)
    pretend = Sample(many.fake, many.probability, many.verdict, np.arange(800))

    def width(sample):
        figure = figures(sample, [BY_KEY["roc_auc"]], 600)["roc_auc"]
        return figure.high - figure.low

    assert width(many) == pytest.approx(width(once), rel=0.15)
    assert width(pretend) < 0.5 * width(once)


def test_each_resample_draws_whole_groups_and_keeps_both_classes():
    groups = np.repeat(np.arange(20), 5)
    fake = groups < 3
    sample = Sample(fake, np.linspace(0, 1, 100), np.zeros(100, np.int8), groups)
    for again in resampled(sample, 300):
        by_group = again.weights.reshape(-1, 20, 5)
        assert (by_group == by_group[:, :, :1]).all()
        assert (again.total(fake) == 15).all()
        assert (again.total(~fake) == 85).all()


@pytest.mark.parametrize("count", [5, 30, 120])
def test_nothing_seen_in_n_is_not_never(count):
    clean = Sample(
        np.zeros(count, bool), np.full(count, 0.1), np.zeros(count, np.int8), np.arange(count)
    )
    figure = figures(clean, [BY_KEY["false_alarms"], BY_KEY["coverage"]], 50)
    limit = stats.beta.ppf(0.975, 1, count)
    assert figure["false_alarms"].high == pytest.approx(limit)
    assert figure["false_alarms"].low == 0.0
    assert figure["coverage"].low == pytest.approx(1 - limit)


def test_a_perfect_ranking_of_few_pictures_is_not_certain():
    fake = np.array([True] * 10 + [False] * 40)
    sample = Sample(fake, fake * 0.8 + 0.1, fake.astype(np.int8), np.arange(50))
    auc = figures(sample, [BY_KEY["roc_auc"]], 50)["roc_auc"]
    assert auc.value == auc.high == 1.0
    assert auc.low == pytest.approx(1 - stats.beta.ppf(0.975, 1, 10) / 2)


def test_what_a_sample_cannot_tell_is_left_out():
    real = Sample(np.zeros(9, bool), np.linspace(0.1, 0.4, 9), np.zeros(9, np.int8), np.arange(9))
    told = figures(real, METRICS, 50)
    assert {"specificity", "false_alarms", "coverage", "brier"} <= set(told)
    assert not {"roc_auc", "recall", "found", "calibration_error"} & set(told)


def test_unscored_pictures_count_for_coverage_only():
    rng = np.random.default_rng(5)
    sample = _sample(rng, 60)
    holes = np.where(np.arange(60) < 12, np.nan, sample.probability)
    verdict = np.where(np.isnan(holes), -1, 1).astype(np.int8)
    told = figures(Sample(sample.fake, holes, verdict, sample.groups), METRICS, 50)
    assert told["coverage"].value == 48 / 60
    assert told["roc_auc"].value == pytest.approx(
        reference.roc_auc_score(sample.fake[12:], sample.probability[12:])
    )


def test_a_thousand_resamples_of_5000_scores_take_seconds():
    sample = _sample(np.random.default_rng(0), 5000)
    start = time.process_time()
    figures(sample, METRICS, 1000)
    assert time.process_time() - start < 20
