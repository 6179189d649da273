"""Coverage, errors among firm answers, false alarms and misses against scikit-learn on the firm answers."""

from __future__ import annotations

import numpy as np
from sklearn import metrics as reference

from unmask.evaluation.metrics import selective
from unmask.evaluation.sample import Sample


def test_firm_error_is_one_minus_accuracy_of_the_firm(weighted):
    firm = weighted.verdict >= 0
    for got, row in zip(selective.firm_error(weighted), weighted.weights, strict=True):
        right = reference.accuracy_score(
            weighted.fake[firm], weighted.verdict[firm] == 1, sample_weight=row[firm]
        )
        np.testing.assert_allclose(got, 1 - right, atol=1e-12)


def test_rates_are_cells_of_the_confusion_matrix(weighted):
    said, truth = weighted.verdict.astype(int), weighted.fake.astype(int)
    for i, row in enumerate(weighted.weights):
        cells = reference.confusion_matrix(truth, said, labels=[-1, 0, 1], sample_weight=row)
        real, fake = cells[1], cells[2]
        np.testing.assert_allclose(selective.false_alarms(weighted)[i], real[2] / real.sum())
        np.testing.assert_allclose(selective.false_passes(weighted)[i], fake[1] / fake.sum())
        np.testing.assert_allclose(selective.found(weighted)[i], fake[2] / fake.sum())
        np.testing.assert_allclose(selective.coverage(weighted)[i], cells[:, 1:].sum() / row.sum())


def test_a_picture_without_a_face_is_inconclusive_and_counts():
    sample = Sample(
        np.array([True, True, False]),
        np.array([0.9, np.nan, 0.1]),
        np.array([1, -1, 0], np.int8),
        np.arange(3),
    )
    assert selective.coverage(sample) == [2 / 3]
    assert selective.found(sample) == [0.5]


def test_no_firm_answer_has_no_error_rate():
    sample = Sample(np.array([True]), np.array([0.5]), np.array([-1], np.int8), np.arange(1))
    assert np.isnan(selective.firm_error(sample)).all()
