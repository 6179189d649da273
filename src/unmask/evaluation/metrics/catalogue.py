"""The list of all metrics: what each is called, what it needs, which way is better. A new metric is one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from unmask.evaluation.metrics import classification, probability, ranking, selective
from unmask.evaluation.sample import Flags, Floats, Sample


class Needs(StrEnum):
    """Which pictures a metric cannot do without."""

    ANY = "any"
    REAL = "real"
    FAKE = "fake"
    BOTH = "both"


@dataclass(frozen=True)
class Metric:
    """`bounded`: it runs from 0 to 1, and a perfect value on few pictures must still have an interval.

    `centred`: resampling overstates it, so its interval is moved back around the value.
    `among`: the pictures that are counted, where that is not a whole class.
    `stray`: what one case that goes the other way costs; in a ranking, it lands in the middle.
    """

    key: str
    title: str
    compute: Callable[[Sample], Floats]
    needs: Needs = Needs.ANY
    higher_is_better: bool = True
    bounded: bool = True
    centred: bool = False
    among: Callable[[Sample], Flags] | None = None
    stray: float = 1.0
    counts_unscored: bool = False

    def __call__(self, sample: Sample) -> Floats:
        return self.compute(sample if self.counts_unscored else sample.measured)


METRICS: tuple[Metric, ...] = (
    Metric("accuracy", "accuracy", classification.accuracy),
    Metric("balanced_accuracy", "balanced accuracy", classification.balanced_accuracy, Needs.BOTH),
    Metric(
        "precision",
        "precision",
        classification.precision,
        Needs.BOTH,
        among=classification.called_fake,
    ),
    Metric("recall", "recall", classification.recall, Needs.FAKE),
    Metric("specificity", "specificity", classification.specificity, Needs.REAL),
    Metric("f1", "F1", classification.f1, Needs.BOTH),
    Metric("roc_auc", "ROC-AUC", ranking.roc_auc, Needs.BOTH, stray=0.5),
    Metric("average_precision", "average precision", ranking.average_precision, Needs.BOTH),
    Metric("equal_error_rate", "equal error rate", ranking.equal_error_rate, Needs.BOTH, False),
    Metric("true_rate_at_1", "found at 1 % false alarms", ranking.true_rate_at_1, Needs.BOTH),
    Metric("true_rate_at_5", "found at 5 % false alarms", ranking.true_rate_at_5, Needs.BOTH),
    Metric("log_loss", "log loss", probability.log_loss, Needs.ANY, False, bounded=False),
    Metric("brier", "Brier score", probability.brier, Needs.ANY, False, bounded=False),
    Metric(
        "calibration_error",
        "calibration error",
        probability.calibration_error,
        Needs.BOTH,
        False,
        bounded=False,
        centred=True,
    ),
    Metric("coverage", "answered firmly", selective.coverage, counts_unscored=True),
    Metric(
        "firm_error",
        "wrong when firm",
        selective.firm_error,
        Needs.ANY,
        False,
        counts_unscored=True,
        among=selective.firm,
    ),
    Metric(
        "false_alarms",
        "real called fake",
        selective.false_alarms,
        Needs.REAL,
        False,
        counts_unscored=True,
    ),
    Metric(
        "false_passes",
        "fake called real",
        selective.false_passes,
        Needs.FAKE,
        False,
        counts_unscored=True,
    ),
    Metric("found", "fake called fake", selective.found, Needs.FAKE, counts_unscored=True),
)
BY_KEY = {metric.key: metric for metric in METRICS}

RANKING = tuple(
    BY_KEY[key] for key in ("roc_auc", "equal_error_rate", "true_rate_at_1", "true_rate_at_5")
)
"""What still has a meaning when the real pictures are borrowed from other sets."""
