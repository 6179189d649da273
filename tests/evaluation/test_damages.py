"""Every damage changes pixels as its name says, gives the same result twice, and leaves a picture."""

from __future__ import annotations

import numpy as np
import pytest

from unmask.evaluation.damages import DELIVERY, GRID, SHORT, framed, longest
from unmask.stages.decode import decode
from unmask.types import Box

FACE = Box(60, 40, 140, 150)


@pytest.fixture(scope="module")
def pixels():
    from tests.conftest import ROOT

    image = decode((ROOT / "examples" / "collins.jpg").read_bytes())
    return longest(image.pixels, 240)


@pytest.mark.parametrize("damage", [*GRID, DELIVERY], ids=lambda d: f"{d.family} {d.name}")
def test_damage_is_repeatable_and_leaves_a_picture(damage, pixels):
    first, second = damage.apply(pixels, FACE), damage.apply(pixels, FACE)
    assert first.dtype == np.uint8 and first.ndim == 3 and first.shape[2] == 3
    np.testing.assert_array_equal(first, second)
    harmless = damage.family == "smaller" and first.shape == pixels.shape
    assert harmless or first.shape != pixels.shape or (first != pixels).any()


@pytest.mark.parametrize("family", ["JPEG", "WebP", "blur", "noise"])
def test_strengths_are_in_order(family, pixels):
    def harm(damage):
        return np.abs(damage.apply(pixels, FACE).astype(float) - pixels).mean()

    harms = [harm(damage) for damage in GRID if damage.family == family]
    assert len(harms) >= 3 and harms == sorted(harms)


def test_sizes_are_as_named(pixels):
    for damage in GRID:
        if damage.family == "smaller":
            side = int(damage.name.split()[-2])
            assert max(damage.apply(pixels, FACE).shape[:2]) == min(side, 240)
    assert DELIVERY.apply(pixels, FACE).shape[:2] == tuple(round(n / 2) for n in pixels.shape[:2])


def test_framing_keeps_the_face_and_stays_inside(pixels):
    assert framed(pixels, FACE, 1.0).shape[:2] == (110, 80)
    wide = framed(pixels, FACE, 50.0)
    np.testing.assert_array_equal(wide, pixels)


def test_the_issue_asks_for_each_family():
    families = {"JPEG", "WebP", "smaller", "blur", "noise", "double JPEG", "framing"}
    assert {damage.family for damage in GRID} == families == {damage.family for damage in SHORT}
