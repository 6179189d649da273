"""The catalogue, the modules, the tests and the documentation tell of the same metrics."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.conftest import ROOT

from unmask.evaluation.metrics import BY_KEY, METRICS

DOCS = ROOT / "docs" / "guides" / "metrics"


def _family(metric) -> str:
    return metric.compute.__module__.rpartition(".")[2]


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.key)
def test_each_metric_is_defined_on_its_familys_page(metric):
    page = (DOCS / f"{_family(metric)}.md").read_text(encoding="utf-8")
    assert f"| {metric.title} | `{metric.key}` |" in page


def test_code_tests_and_docs_have_the_same_families():
    families = {_family(metric) for metric in METRICS}
    assert {page.stem for page in DOCS.glob("*.md")} == families
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert families | {"catalogue"} == tests
    guide = (ROOT / "docs" / "guides" / "evaluation.md").read_text(encoding="utf-8")
    assert all(f"(metrics/{family}.md)" in guide for family in families)


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.key)
def test_better_is_where_it_is_said_to_be(metric, sample):
    """Probabilities and verdicts moved towards the truth."""
    truth = sample.fake.astype(float)
    better = type(sample)(
        sample.fake,
        0.2 * sample.probability + 0.8 * np.where(truth, 0.999, 0.001),
        np.where(sample.fake, 1, 0).astype(np.int8),
        sample.groups,
    )
    gain = float(metric(better)[0] - metric(sample)[0])
    assert gain > 0 if metric.higher_is_better else gain < 0


def test_keys_are_unique():
    assert len(BY_KEY) == len(METRICS)
