"""Delivery damage: each kind does what it says, keeps the size, and repeats with the same generator."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from unmask.dataset import degrade


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    """A sharp pattern over a colour ramp: it has both fine detail and colour to lose."""
    y, x = np.mgrid[:90, :70]
    ramp = np.stack([x * 3, y * 2, 255 - x * 3], axis=-1)
    pattern = ramp + ((x // 3 + y // 3) % 2 * 60)[..., None]
    return Image.fromarray(np.clip(pattern, 0, 255).astype(np.uint8))


def values(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture, float)


def detail(picture: Image.Image) -> float:
    return float(np.abs(np.diff(values(picture), axis=1)).mean())


ALL = {
    "jpeg": lambda p: degrade.jpeg(p, 40),
    "webp": lambda p: degrade.webp(p, 40),
    "downscale": lambda p: degrade.downscale(p, 0.4),
    "saved_small": lambda p: degrade.saved_small(p, 0.5, 60),
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
def test_size_and_type_stay_and_something_changes(picture, name):
    before = picture.copy()
    damaged = ALL[name](picture)
    assert (damaged.size, damaged.mode) == (picture.size, "RGB")
    assert damaged != picture
    assert picture == before


@pytest.mark.parametrize("name", ALL)
def test_the_same_damage_twice_is_the_same(picture, name):
    assert ALL[name](picture) == ALL[name](picture)


def test_a_lower_quality_is_further_from_the_picture(picture):
    for save in (degrade.jpeg, degrade.webp):
        near, far = (
            np.abs(values(save(picture, quality)) - values(picture)).mean() for quality in (90, 20)
        )
        assert near < far


def test_blurring_and_shrinking_take_detail_and_sharpening_adds_it(picture):
    assert detail(degrade.blur(picture, 2)) < detail(picture) / 2
    assert detail(degrade.downscale(picture, 0.2)) < detail(picture) / 2


def test_a_small_save_loses_more_than_the_size_alone(picture):
    """The blocks of a JPEG that was saved small are larger than those of one saved at full size."""
    off = [
        np.abs(values(damaged) - values(picture)).mean()
        for damaged in (degrade.downscale(picture, 0.5), degrade.saved_small(picture, 0.5, 40))
    ]
    assert off[0] < off[1]
    assert detail(degrade.sharpen(picture, 1)) > detail(picture)


def test_noise_has_the_deviation_it_was_given():
    flat = Image.new("RGB", (200, 200), (128, 128, 128))
    noisy = degrade.noise(flat, 5.0, np.random.default_rng(0))
    assert values(noisy).std() == pytest.approx(5.0, abs=0.3)


def test_grey_has_no_colour(picture):
    assert np.ptp(values(degrade.grey(picture)), axis=-1).max() == 0


def test_gamma_keeps_black_and_white():
    ends = Image.fromarray(np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8))
    assert degrade.gamma(ends, 2.2) == ends


def test_every_journey_differs_and_some_change_nothing(picture):
    rng = np.random.default_rng(0)
    found = {degrade.delivered(picture, rng).tobytes() for _ in range(30)}
    assert len(found) >= 25
    assert degrade.delivered(picture, rng, strength=0.0) == picture
