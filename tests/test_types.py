"""The nouns: frozen, and probabilities that are never certain."""

from __future__ import annotations

import dataclasses
import math

from hypothesis import given
from hypothesis import strategies as st

from unmask import types
from unmask.types import Calibration


def test_every_noun_is_frozen():
    nouns = [t for t in vars(types).values() if isinstance(t, type) and dataclasses.is_dataclass(t)]
    assert len(nouns) > 15
    assert all(noun.__dataclass_params__.frozen for noun in nouns)


def test_arrays_do_not_take_part_in_comparison():
    for noun in vars(types).values():
        if isinstance(noun, type) and dataclasses.is_dataclass(noun):
            for f in dataclasses.fields(noun):
                assert not (f.compare and f.type in ("Pixels", "Heatmap", "NDArray[np.float32]"))


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.floats(0.01, 10))
def test_probability_is_never_certain(logit, slope):
    assert 0 < Calibration(slope, 0.0, "").probability(logit) < 1


@given(st.floats(-8, 8))
def test_probability_is_the_logistic_function(logit):
    expected = 1 / (1 + math.exp(-logit))
    assert math.isclose(Calibration(1, 0, "").probability(logit), expected, rel_tol=1e-9)
