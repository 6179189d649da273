"""A developed face: every step does what its name says, and leaves alone what it should."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from unmask.training import develop
from unmask.types import Box

SIDE, FACE = 120, Box(35, 30, 85, 90)
STEPS = tuple(step for _, step in develop._STEPS)


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    """Coarse blocks with fine grain on them: edges to keep, and something to smooth."""
    rng = np.random.default_rng(1)
    blocks = rng.integers(40, 216, (6, 6, 3)).repeat(20, 0).repeat(20, 1)
    return Image.fromarray(
        np.clip(blocks + rng.normal(0, 4, blocks.shape), 0, 255).astype(np.uint8)
    )


def results(step, picture: Image.Image, count: int = 20) -> list[np.ndarray]:
    return [
        np.asarray(step(picture, FACE, rng), float)
        for rng in map(np.random.default_rng, range(count))
    ]


@pytest.mark.parametrize("step", [*STEPS, develop.developed], ids=lambda step: step.__name__)
def test_every_step_changes_the_picture_and_repeats_with_its_seed(step, picture):
    first, again = results(step, picture), results(step, picture)
    np.testing.assert_array_equal(first, again)
    changed = [not np.array_equal(made, np.asarray(picture)) for made in first]
    assert all(made.shape == (SIDE, SIDE, 3) for made in first)
    assert sum(changed) >= (15 if step is develop.developed else 20)


def test_light_falls_from_one_side_and_from_any(picture):
    grey = Image.new("RGB", picture.size, (120, 120, 120))
    sides = np.array([_halves(made) for made in results(develop.lit, grey)])
    assert (np.abs(sides).max(1) > 3).all()
    assert (sides.min(0) < -3).all() and (sides.max(0) > 3).all()


def test_light_is_steady_on_a_small_face_in_a_large_cut(picture):
    rng = np.random.default_rng(0)
    for _ in range(200):
        develop.lit(picture, Box(59, 59, 60, 60), rng)  # an overflow would be an error here


def test_only_what_is_around_the_face_goes_out_of_focus(picture):
    was = np.asarray(picture, float)
    for made in results(develop.focused, picture):
        np.testing.assert_array_equal(made[45:75, 48:72], was[45:75, 48:72])
        assert np.abs(made[:20, :20] - was[:20, :20]).mean() > 2


def test_retouching_smooths_grain_and_keeps_edges(picture):
    was = np.asarray(picture, float)
    for made in results(develop.retouched, picture):
        assert made[2:18, 2:18].std((0, 1)).mean() < 0.9 * was[2:18, 2:18].std((0, 1)).mean()
        steps = [np.abs(np.diff(p.mean(2), axis=1))[:, 19::20].mean() for p in (was, made)]
        assert steps[1] > 0.8 * steps[0]


def test_corners_get_darker_and_the_middle_does_not(picture):
    was = np.asarray(picture, float)
    for made in results(develop.vignetted, picture):
        assert made[:10, :10].mean() < 0.95 * was[:10, :10].mean()
        assert abs(made[55:65, 55:65].mean() / was[55:65, 55:65].mean() - 1) < 0.02


def test_toning_never_turns_a_darker_grey_into_a_lighter_one():
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None, :, None].repeat(4, 0).repeat(3, 2))
    for made in results(develop.toned, ramp):
        assert (np.diff(made[0].mean(1)) >= -1).all()


def _halves(made: np.ndarray) -> tuple[float, float]:
    half = SIDE // 2
    across = made[:, half:].mean() - made[:, :half].mean()
    return across, made[half:].mean() - made[:half].mean()
