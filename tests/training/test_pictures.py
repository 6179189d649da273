"""What happens to training pictures: served cuts, self-blended fakes, mixing, and damage that spares no class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from tests.training.conftest import FACE, SIDE

from unmask.stages.crops import crop
from unmask.stages.decode import from_pixels
from unmask.training.augment import Augmenter, served
from unmask.training.blend import face_mask, self_blended
from unmask.training.config import Augment, Data
from unmask.training.mixing import cutmix, mixed, mixup
from unmask.types import Box, CropSpec, Face


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)


def test_a_cached_face_is_cut_as_serving_cuts_it(store):
    """From the cached square and from the whole picture: the same pixels."""
    item = store.items[0]
    whole = store.square(item)
    spec = CropSpec(32, 1.5)
    expected = crop(from_pixels(whole), Face(item.box, 1.0), spec).pixels
    np.testing.assert_array_equal(served(whole, item.box, 1.5, 32), expected)


def test_without_chance_the_augmenter_is_the_serving_cut(pixels):
    data = Data(margin_low=1.4, margin_high=1.4)
    made = Augmenter(Augment(flip=0), data, 32)(pixels, FACE, np.random.default_rng(0))
    assert np.abs(made.astype(int) - served(pixels, FACE, 1.4, 32)).max() <= 1


@pytest.mark.parametrize(
    "augment",
    [
        Augment(flip=1.0),
        Augment(flip=0, rotation=20, shear=0.2, rotate_chance=1.0),
        Augment(flip=0, shift=0.2, zoom=0.2),
        Augment(flip=0, brightness=0.2, contrast=0.2, colour=0.2),
        Augment(flip=0, develop=1.0),
        Augment(flip=0, damage=1.0),
    ],
    ids=["flip", "turn", "move", "recolour", "develop", "damage"],
)
def test_each_change_changes_and_repeats_with_its_seed(pixels, augment):
    data = Data(margin_low=1.4, margin_high=1.4)
    still = Augmenter(Augment(flip=0), data, 32)(pixels, FACE, np.random.default_rng(4))
    make = Augmenter(augment, data, 32)
    changed = 0
    for seed in range(4, 24):
        first, again = (make(pixels, FACE, np.random.default_rng(seed)) for _ in range(2))
        np.testing.assert_array_equal(first, again)
        assert first.shape == (32, 32, 3)
        changed += not np.array_equal(first, still)
    assert changed >= 16  # one journey in fourteen changes nothing


def test_both_classes_are_damaged_alike():
    """The augmenter is never told the label: with the same luck a fake and a real picture take the same damage."""
    import inspect

    assert "label" not in inspect.signature(Augmenter.__call__).parameters
    assert "label" not in inspect.signature(Augmenter.__init__).parameters


def test_a_self_blended_face_changes_inside_its_mask_alone(pixels):
    flat = np.full((80, 80, 3), 120, np.uint8)
    flat[::4] = 160
    box = Box(20, 20, 60, 60)
    changes = [
        np.abs(np.asarray(self_blended(Image.fromarray(flat), box, rng), int) - flat).max(-1)
        for rng in map(np.random.default_rng, range(40))
    ]
    mean = np.mean(changes, axis=0)
    assert mean[30:50, 30:50].mean() > 3 * mean[:8, :8].mean()
    assert np.mean([change.max() > 2 for change in changes]) > 0.9


def test_the_mask_is_soft_full_inside_and_empty_outside():
    masks = np.stack(
        [face_mask(100, Box(30, 30, 70, 70), np.random.default_rng(s)) for s in range(30)]
    )
    assert (masks[:, 50, 50] >= 127).all()
    assert (masks[:, :5] == 0).all()
    assert all(len(np.unique(mask)) > 5 for mask in masks)


def test_mixup_mixes_pictures_and_targets_by_the_same_share():
    images = np.stack([np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 3), 200, np.uint8)])
    targets = np.array([0, 1], np.float32)
    mixed_images, mixed_targets = mixup(images, targets, np.random.default_rng(3))
    np.testing.assert_allclose(mixed_images[:, 0, 0, 0] / 200, mixed_targets, atol=0.003)


def test_cutmix_targets_follow_the_area():
    images = np.stack([np.zeros((20, 20, 3), np.uint8), np.full((20, 20, 3), 255, np.uint8)])
    targets = np.array([0, 1], np.float32)
    rng = np.random.default_rng(1)
    for _ in range(10):
        patched, soft = cutmix(images, targets, rng)
        np.testing.assert_allclose((patched == 255).mean((1, 2, 3)), soft, atol=1e-6)


def test_mixing_happens_as_often_as_it_was_asked_for():
    images = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)
    targets = np.array([0, 1, 0, 1], np.float32)
    rng = np.random.default_rng(0)
    augment = replace(Augment(), mixup=0.25, cutmix=0.25)
    same = sum(mixed(images, targets, augment, rng)[0] is images for _ in range(400))
    assert 150 < same < 250
