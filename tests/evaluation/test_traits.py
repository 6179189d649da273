"""Traits mean what their names say: measured on pictures where the answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.conftest import encode, picture

from unmask.evaluation.traits import jpeg_quality, sharpness, traits
from unmask.pixels import jpeg, resize
from unmask.stages.decode import decode
from unmask.types import Box


@pytest.mark.parametrize("quality", [50, 75, 90, 97])
def test_jpeg_quality_is_read_back(quality, portrait):
    pixels = decode(portrait).pixels
    assert jpeg_quality(encode(pixels, "JPEG", quality=quality)) == quality


def test_other_formats_have_no_quality():
    assert math.isnan(jpeg_quality(encode(picture())))


def test_face_and_frame():
    pixels = picture((200, 100, 50), 100)
    pixels[20:70, 10:50] = (40, 40, 40)
    data = encode(pixels)
    found = traits(data, decode(data), Box(10, 20, 50, 70))
    assert (found.width, found.height, found.face_pixels) == (100, 100, 40)
    assert found.face_share == pytest.approx(0.2)
    assert (found.face_x, found.face_y) == pytest.approx((0.3, 0.45))
    assert found.brightness == pytest.approx(40)
    assert found.red > found.green > found.blue
    assert found.bytes_per_pixel == len(data) / 10_000


def test_without_a_face_only_the_picture_is_told():
    data = encode(picture())
    found = traits(data, decode(data), None)
    assert found.width == 64 and math.isnan(found.face_pixels) and math.isnan(found.sharpness)


def test_blur_lowers_sharpness_and_darkness_does_not(portrait):
    pixels = decode(portrait).pixels
    height, width = pixels.shape[:2]
    small = resize(pixels, width // 12, height // 12)
    assert sharpness(resize(small, width, height)) < 0.5 * sharpness(pixels)
    assert sharpness((pixels // 2).astype(np.uint8)) == pytest.approx(sharpness(pixels), rel=0.1)
    assert sharpness(jpeg(pixels, 95)) == pytest.approx(sharpness(pixels), rel=0.1)
