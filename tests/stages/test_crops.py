"""The square around a face: its size, its place, and what happens at the picture's edge."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unmask.stages.crops import crop, fit, region, square
from unmask.stages.decode import from_pixels
from unmask.types import Box, CropSpec, Face

FACES = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    st.floats(0, 150),
    st.floats(0, 80),
    st.floats(4, 200),
    st.floats(4, 100),
)


@given(FACES, st.floats(1, 2))
def test_the_square_holds_the_face_and_stays_inside_where_it_can(box, margin):
    width, height = 400, 200
    found = square(box, margin, width, height)
    side = max(box.width, box.height)
    assert abs(found.width - found.height) < 1e-6
    assert found.width >= side - 1e-6
    assert found.width <= max(side * margin, side) + 1e-6
    if side <= height:
        assert found.left >= -1e-6
        assert found.top >= -1e-6
        assert found.right <= width + 1e-6
        assert found.bottom <= height + 1e-6


def test_a_face_in_the_middle_gets_its_margin():
    assert square(Box(40, 40, 60, 60), 1.5, 100, 100) == Box(35, 35, 65, 65)


def test_a_face_at_the_edge_moves_the_square_inside():
    assert square(Box(0, 40, 20, 60), 1.5, 100, 100) == Box(0, 35, 30, 65)


def test_a_tight_picture_is_taken_whole():
    assert square(Box(2, 2, 98, 98), 1.5, 100, 100) == Box(0, 0, 100, 100)


def test_a_face_taller_than_the_picture_is_wide_keeps_its_height():
    found = square(Box(0, 0, 60, 100), 1.5, 60, 100)
    assert found == Box(-20, 0, 80, 100)


def test_a_crop_has_the_detectors_size():
    image = from_pixels(np.zeros((100, 120, 3), np.uint8))
    face = Face(Box(10, 10, 50, 60), 0.9)
    assert crop(image, face, CropSpec(48, 1.3)).pixels.shape == (48, 48, 3)


def test_the_crop_is_the_region_scaled():
    pixels = np.random.default_rng(2).integers(0, 256, (300, 300, 3), np.uint8)
    face, spec = Face(Box(50, 50, 250, 250), 0.9), CropSpec(32, 1.2)
    piece = region(pixels, face.box, spec)
    assert piece.shape == (64, 64, 3)
    whole = crop(from_pixels(pixels), face, spec)
    assert np.array_equal(whole.pixels, fit(piece, face, spec).pixels)
