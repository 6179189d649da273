"""Resize, cut and save-again: shapes, edges, and the mean that must not move."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from unmask import pixels
from unmask.pixels import cut, jpeg, resize, resize_map, shrink
from unmask.types import Box, size_of

SIDES = st.integers(1, 90)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)


@settings(max_examples=50)
@given(SIDES, SIDES, SIDES, SIDES)
def test_resize_gives_the_size_asked_for(h, w, new_h, new_w):
    assert resize(noise(h, w), new_w, new_h).shape == (new_h, new_w, 3)


def test_resize_to_the_same_size_changes_nothing():
    pixels = noise(7, 9)
    assert resize(pixels, 9, 7) is pixels


def test_shrinking_averages_instead_of_picking():
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[::2] = 200
    assert np.ptp(resize(pixels, 8, 8)[1:-1]) <= 2
    assert abs(float(resize(pixels, 8, 8).mean()) - 100) < 2


@settings(max_examples=50)
@given(SIDES, SIDES, st.integers(2, 9))
def test_shrink_gives_the_mean_of_every_block(h, w, blocks):
    pixels = noise(h, w)
    small = np.asarray(shrink(pixels, blocks))
    assert small.shape == (-(-h // blocks), -(-w // blocks), 3)
    for y, x in [(0, 0), (small.shape[0] - 1, small.shape[1] - 1)]:
        block = pixels[y * blocks : (y + 1) * blocks, x * blocks : (x + 1) * blocks]
        assert np.abs(small[y, x] - block.mean(axis=(0, 1))).max() <= 1


def test_shrink_by_one_changes_nothing():
    pixels = noise(7, 9)
    assert np.array_equal(shrink(pixels, 1), pixels)
    picture = Image.fromarray(pixels)
    assert shrink(picture, 1) is picture


@settings(max_examples=50)
@given(SIDES, SIDES, st.integers(1, 9))
def test_a_picture_and_its_array_are_treated_alike(h, w, blocks):
    pixels = noise(h, w)
    picture = Image.fromarray(pixels)
    assert size_of(pixels) == size_of(picture) == (w, h)
    assert np.array_equal(shrink(pixels, blocks), shrink(picture, blocks))
    box = Box(-2.0, 1.0, w + 3.0, h / 2 + 1)
    assert np.array_equal(cut(pixels, box), cut(picture, box))


@settings(max_examples=100)
@given(st.floats(-40, 40), st.floats(-40, 40), st.floats(1, 60), st.floats(1, 60))
def test_cut_has_the_size_of_the_box(left, top, width, height):
    pixels = noise(30, 30)
    overlap_x = left < 29 and left + width > 1
    overlap_y = top < 29 and top + height > 1
    if not (overlap_x and overlap_y):
        return
    piece = cut(pixels, Box(left, top, left + width, top + height))
    assert abs(piece.shape[0] - height) <= 1
    assert abs(piece.shape[1] - width) <= 1


def test_cut_inside_is_the_slice():
    pixels = noise(20, 20)
    assert np.array_equal(cut(pixels, Box(3, 4, 10, 12)), pixels[4:12, 3:10])


def test_cut_repeats_the_edge_outside():
    pixels = noise(10, 10)
    piece = cut(pixels, Box(-2, -3, 10, 10))
    assert np.array_equal(piece[0], piece[3])
    assert np.array_equal(piece[3:, 2:], pixels)


def test_jpeg_keeps_shape_and_nearly_the_colours():
    pixels = np.full((32, 40, 3), (200, 120, 40), np.uint8)
    saved = jpeg(pixels, 90)
    assert saved.shape == pixels.shape
    assert np.abs(saved.astype(int) - pixels).max() <= 6


def test_resize_map_interpolates():
    values = np.array([[0.0, 1.0], [0.0, 1.0]], np.float32)
    scaled = resize_map(values, 8, 4)
    assert scaled.shape == (4, 8)
    assert scaled[0, 0] < 0.1
    assert scaled[0, -1] > 0.9


@pytest.mark.parametrize("shape", [(301, 203), (1, 400), (400, 1), (64, 64)])
@pytest.mark.parametrize("blocks", [2, 3, 7])
def test_a_large_picture_shrinks_strip_by_strip_to_the_same(shape, blocks, monkeypatch):
    picture = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    whole = shrink(picture, blocks)
    monkeypatch.setattr(pixels, "STRIP", 1000)
    np.testing.assert_array_equal(shrink(picture, blocks), whole)
