"""Delivery damage: each kind does what it says, keeps the size, and repeats with the same generator."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from unmask.dataset import degrade


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    """A sharp pattern over a colour ramp: it has both fine detail and colour to lose."""
    y, x = np.mgrid[:90, :70]
    ramp = np.stack([x * 3, y * 2, 255 - x * 3], axis=-1)
    return np.clip(ramp + ((x // 3 + y // 3) % 2 * 60)[..., None], 0, 255).astype(np.uint8)


def detail(pixels: np.ndarray) -> float:
    return float(np.abs(np.diff(pixels.astype(float), axis=1)).mean())


ALL = {
    "jpeg": lambda p: degrade.jpeg(p, 40),
    "webp": lambda p: degrade.webp(p, 40),
    "downscale": lambda p: degrade.downscale(p, 0.4),
    "blur": lambda p: degrade.blur(p, 1.5),
    "sharpen": lambda p: degrade.sharpen(p, 1.0),
    "noise": lambda p: degrade.noise(p, 6.0, np.random.default_rng(1)),
    "grey": degrade.grey,
    "gamma": lambda p: degrade.gamma(p, 1.5),
    "brightness": lambda p: degrade.brightness(p, 1.2),
    "contrast": lambda p: degrade.contrast(p, 0.8),
    "saturation": lambda p: degrade.saturation(p, 0.5),
    "screenshot": lambda p: degrade.screenshot(p, 0.7, Image.Resampling.LANCZOS),
    "delivered": lambda p: degrade.delivered(p, np.random.default_rng(3)),
}


@pytest.mark.parametrize("name", ALL)
def test_size_and_type_stay_and_something_changes(pixels, name):
    before = pixels.copy()
    damaged = ALL[name](pixels)
    assert (damaged.shape, damaged.dtype) == (pixels.shape, np.uint8)
    assert not np.array_equal(damaged, pixels)
    np.testing.assert_array_equal(pixels, before)


@pytest.mark.parametrize("name", ALL)
def test_the_same_damage_twice_is_the_same(pixels, name):
    np.testing.assert_array_equal(ALL[name](pixels), ALL[name](pixels))


def test_a_lower_quality_is_further_from_the_picture(pixels):
    for save in (degrade.jpeg, degrade.webp):
        near, far = (
            np.abs(save(pixels, quality).astype(float) - pixels).mean() for quality in (90, 20)
        )
        assert near < far


def test_blurring_and_shrinking_take_detail_and_sharpening_adds_it(pixels):
    assert detail(degrade.blur(pixels, 2)) < detail(pixels) / 2
    assert detail(degrade.downscale(pixels, 0.2)) < detail(pixels) / 2
    assert detail(degrade.sharpen(pixels, 1)) > detail(pixels)


def test_noise_has_the_deviation_it_was_given():
    flat = np.full((200, 200, 3), 128, np.uint8)
    noisy = degrade.noise(flat, 5.0, np.random.default_rng(0))
    assert noisy.std() == pytest.approx(5.0, abs=0.3)


def test_grey_has_no_colour(pixels):
    grey = degrade.grey(pixels)
    assert np.ptp(grey.astype(int), axis=-1).max() == 0


def test_gamma_keeps_black_and_white():
    ends = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    np.testing.assert_array_equal(degrade.gamma(ends, 2.2), ends)


def test_every_journey_differs_and_some_change_nothing(pixels):
    rng = np.random.default_rng(0)
    found = {degrade.delivered(pixels, rng).tobytes() for _ in range(30)}
    assert len(found) >= 25
    np.testing.assert_array_equal(degrade.delivered(pixels, rng, strength=0.0), pixels)
