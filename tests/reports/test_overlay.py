"""Boxes and heat stand where they belong, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from tests import sample_analyses

from unmask.reports import overlay
from unmask.types import Box, Face


def test_colours_rise_evenly_in_lightness():
    linear = (overlay.colours() / 255.0) ** 2.2
    luminance = linear @ (0.2126, 0.7152, 0.0722)
    lightness = 116 * np.cbrt(luminance) - 16
    steps = np.diff(lightness)
    assert lightness[0] < 15 and lightness[-1] > 88
    assert steps.min() > -0.3 and np.diff(lightness[::16]).min() > 2


def test_boxes_mark_the_face_and_leave_the_rest():
    pixels = sample_analyses.picture()
    shown = overlay.with_boxes(sample_analyses.fake(), pixels)
    changed = np.argwhere((shown != pixels).any(axis=-1))
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    assert (left, right, bottom) == (154, 294, 312)
    assert 95 <= top < 120  # the tag above the box
    assert np.array_equal(shown[200, 200:250], pixels[200, 200:250])


def test_boxes_follow_when_the_picture_is_shrunk():
    shown = overlay.with_boxes(sample_analyses.fake(), sample_analyses.picture(), longest=320)
    assert shown.shape == (240, 320, 3)
    assert tuple(shown[100, 78]) != tuple(overlay.shrink(sample_analyses.picture(), 320)[100, 78])


@pytest.mark.parametrize(
    "box", [Box(-40, -30, 20, 10), Box(630, 470, 700, 600), Box(5, 5, 5.2, 5.1)]
)
def test_odd_boxes_do_not_break_it(box):
    analysis = sample_analyses.fake()
    odd = replace(analysis.faces[0], face=Face(box, 0.6))
    analysis = replace(analysis, faces=(odd,))
    pixels = sample_analyses.picture()
    assert overlay.with_boxes(analysis, pixels).shape == pixels.shape
    assert overlay.with_heat(analysis, pixels).shape == pixels.shape


def test_a_smaller_copy_serves_as_well():
    """The history keeps a small picture; boxes and crops are put where they belong in it."""
    analysis, pixels = sample_analyses.fake(), sample_analyses.picture()
    small = overlay.shrink(pixels, 320)
    assert np.array_equal(
        overlay.with_boxes(analysis, small), overlay.with_boxes(analysis, pixels, longest=320)
    )
    crops = [overlay.face_pixels(analysis, p, analysis.faces[0], 64) for p in (small, pixels)]
    assert np.abs(crops[0].astype(int) - crops[1]).mean() < 3


def test_heat_is_hottest_where_the_map_is():
    pixels = np.full((480, 640, 3), 128, np.uint8)
    analysis = sample_analyses.fake()
    shown = overlay.face_heat(analysis, pixels, analysis.faces[0], 140).astype(int)
    moved = np.abs(shown - 128).sum(axis=-1)
    hot_row, hot_column = 2 * 20 + 10, 4 * 20 + 10
    assert moved[hot_row, hot_column] > 100
    brightness = shown.sum(axis=-1)
    assert brightness[hot_row, hot_column] > brightness[130, 10] + 100


def test_heat_stays_inside_the_square_that_was_seen():
    pixels, analysis = sample_analyses.picture(), sample_analyses.fake()
    changed = np.argwhere((overlay.with_heat(analysis, pixels) != pixels).any(axis=-1))
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    side = 192 * 1.5
    assert right - left <= side + 1 and bottom - top <= side + 1
    assert abs((left + right) / 2 - 224.5) < 2 and abs((top + bottom) / 2 - 216) < 2


def test_no_opacity_no_change():
    pixels, analysis = sample_analyses.picture(), sample_analyses.fake()
    assert np.array_equal(overlay.with_heat(analysis, pixels, opacity=0), pixels)


def test_no_explanation_no_heat():
    analysis = sample_analyses.inconclusive()
    pixels = sample_analyses.picture()
    assert overlay.face_heat(analysis, pixels, analysis.faces[1], 64) is None


def test_the_original_is_left_alone():
    pixels, analysis = sample_analyses.picture(), sample_analyses.fake()
    before = pixels.copy()
    overlay.with_boxes(analysis, pixels)
    overlay.with_heat(analysis, pixels)
    assert np.array_equal(pixels, before)


@pytest.mark.parametrize(("width", "height"), [(640, 480), (480, 640)])
def test_a_thumbnail_is_a_square_around_the_first_face(width, height):
    analysis = replace(sample_analyses.fake(), width=width, height=height)
    seen = np.zeros((height, width, 3), np.uint8)
    seen[216 - 20 : 216 + 20, 224 - 20 : 224 + 20] = 255  # the middle of the first face
    small = overlay.thumbnail(analysis, seen, 96)
    assert small.shape == (96, 96, 3) and small.max() == 255
    rows, columns = np.nonzero(small[..., 0] > 128)
    if width > height:
        assert abs(columns.mean() - 224 / 480 * 96) < 3  # it cannot move further to the left
    else:
        assert abs(rows.mean() - 216 / 480 * 96) < 3


def test_a_thumbnail_without_a_face_is_the_middle():
    seen = sample_analyses.picture()
    small = overlay.thumbnail(sample_analyses.no_face(), seen, 60)
    assert np.abs(small.astype(int) - overlay.resize(seen[:, 80:560], 60, 60)).max() == 0


def test_a_tiny_picture_is_enlarged_for_its_tags():
    tiny = sample_analyses.picture(40, 30)
    assert overlay.with_boxes(sample_analyses.fake(), tiny).shape == (240, 320, 3)
    assert overlay.with_heat(sample_analyses.fake(), tiny).shape == (30, 40, 3)


def test_encode():
    with Image.open(BytesIO(overlay.encode(sample_analyses.picture()))) as image:
        assert (image.format, image.size) == ("JPEG", (640, 480))
