"""A picture saved again looks the same, another one does not, and an even surface looks like nothing."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from unmask.dataset.duplicates import COARSE, FINE
from unmask.dataset.perceptual import MIRROR_COARSE, MIRROR_FINE, look


def shapes(seed: int) -> Image.Image:
    """Coarse and fine blots, the coarse ones stronger, as in photographs."""
    rng, size = np.random.default_rng(seed), (160, 160)
    layers = [
        Image.fromarray(rng.integers(0, 256, (n, n, 3), dtype=np.uint8)).resize(
            size, Image.Resampling.BICUBIC
        )
        for n in (6, 24)
    ]
    return Image.blend(*layers, 0.3)


def saved(image: Image.Image, **options) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return Image.open(buffer)


def apart(a: Image.Image, b: Image.Image) -> tuple[int, int]:
    one, two = (look(np.asarray(image.convert("RGB"))) for image in (a, b))
    fine = sum((x ^ y).bit_count() for x, y in zip(one.fine, two.fine, strict=True))
    return (one.coarse ^ two.coarse).bit_count(), fine


@pytest.mark.parametrize("seed", range(5))
def test_the_same_picture_in_other_clothes_is_near(seed):
    image = shapes(seed)
    for other in (
        saved(image, format="JPEG", quality=40),
        saved(image, format="WEBP", quality=60),
        image.resize((90, 90), Image.Resampling.BICUBIC),
        image.point(lambda value: int(value * 0.8)),
    ):
        coarse, fine = apart(image, other)
        assert coarse <= COARSE
        assert fine <= FINE


@pytest.mark.parametrize("seed", range(5))
def test_a_mirrored_picture_has_the_mirrored_look(seed):
    image = shapes(seed)
    seen, turned = (look(np.asarray(i)) for i in (image, ImageOps.mirror(image)))
    assert (seen.coarse ^ turned.coarse ^ int(MIRROR_COARSE)).bit_count() <= 2
    fine = [np.frombuffer(f, dtype=np.uint8) for f in (seen.fine, turned.fine)]
    assert np.bitwise_count(fine[0] ^ fine[1] ^ MIRROR_FINE).sum() <= 8


def test_other_pictures_are_far():
    distances = [apart(shapes(a), shapes(b)) for a in range(8) for b in range(a)]
    assert min(fine for _, fine in distances) > 2 * FINE


@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_even_surface_looks_like_nothing(value):
    assert look(np.full((50, 40, 3), value, dtype=np.uint8)).coarse == 0
