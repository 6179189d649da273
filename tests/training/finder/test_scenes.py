"""Composed scenes are what they claim: right shape, boxes on faces, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from unmask.stages.faces.looks import PAD
from unmask.training.finder.damage import damage
from unmask.training.finder.pictures import TRAIN, Picture, read_entries
from unmask.training.finder.pieces import (
    Piece,
    beside,
    head_and_shoulders,
    mask,
    overlaps,
    paste,
    shown,
    whole,
)
from unmask.training.finder.scenes import settle
from unmask.training.finder.targets import SIZE
from unmask.training.finder.trials import composer_of

RED = (255, 0, 0)
NOTHING = np.zeros((0, 4), np.float32)


def marked(width: int, height: int, *boxes: tuple[int, int, int, int]) -> Picture:
    """Grey with a red rectangle for every face, so that pixels can be held against boxes."""
    pixels = np.full((height, width, 3), 90, np.uint8)
    for left, top, right, bottom in boxes:
        pixels[top:bottom, left:right] = RED
    return Picture(pixels, np.array(boxes, np.float32).reshape(-1, 4))


def red_box(pixels: np.ndarray) -> list[int]:
    rows, columns = np.nonzero((pixels[..., 0] > 180) & (pixels[..., 1] < 60))
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


@pytest.fixture(scope="module")
def composer(data):
    return composer_of(data, read_entries(data), TRAIN)


def scene(composer, index: int):
    rng = np.random.default_rng([7, index])
    return settle(*damage(*composer.compose(rng), rng), SIZE)


def test_scenes_are_whole_and_their_boxes_inside(composer):
    for index in range(80):
        made = scene(composer, index)
        assert made.pixels.shape == (SIZE, SIZE, 3)
        assert made.pixels.dtype == np.uint8
        for boxes in (made.boxes, made.doubtful):
            assert (boxes[:, :2] < boxes[:, 2:]).all()
            assert (boxes >= 0).all()
            assert (boxes <= SIZE).all()


def test_the_same_seed_gives_the_same_scene(composer):
    one, two = scene(composer, 3), scene(composer, 3)
    assert np.array_equal(one.pixels, two.pixels)
    assert np.array_equal(one.boxes, two.boxes)


def test_scenes_hold_small_large_cut_and_no_faces(composer):
    boxes = [scene(composer, index).boxes for index in range(300)]
    sides = np.concatenate([(b[:, 2:] - b[:, :2]).max(axis=1, initial=0) for b in boxes])
    counts = [len(b) for b in boxes]
    assert (sides < 24).any()
    assert (sides > 200).any()
    assert 0 in counts
    assert max(counts) >= 4
    touching = [((b == 0) | (b == SIZE)).any() for b in boxes if len(b)]
    assert any(touching)


def test_settle_pads_cuts_and_doubts():
    canvas = np.zeros((100, 120, 3), np.uint8)
    boxes = np.array(
        [
            [10, 10, 50, 50],
            [100, 10, 140, 50],
            [110, 10, 150, 50],
            [5, 5, 10, 10],
            [200, 0, 240, 40],
        ],
        np.float32,
    )
    made = settle(canvas, boxes, SIZE)
    assert (made.pixels[100:] == PAD).all()
    assert (made.pixels[:, 120:] == PAD).all()
    assert made.boxes.tolist() == [[10, 10, 50, 50], [100, 10, 120, 50]]
    assert made.doubtful.tolist() == [[110, 10, 120, 50], [5, 5, 10, 10]]


def test_whole_pictures_keep_their_boxes_on_their_faces():
    piece = whole(marked(200, 100, (40, 20, 80, 60)), 50, 50)
    assert piece.boxes.tolist() == [[10, 10, 20, 30]]
    assert red_box(piece.pixels) == pytest.approx(piece.boxes[0].tolist(), abs=1)


def test_a_cut_out_head_has_the_size_asked_for_and_its_box():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        piece = head_and_shoulders(rng, marked(200, 160, (60, 50, 100, 100)), 25.0)
        (box,) = piece.boxes
        assert max(box[2:] - box[:2]) == pytest.approx(25, abs=1e-3)
        assert red_box(piece.pixels) == pytest.approx(box.tolist(), abs=1.6)


def test_neighbours_hardly_shown_are_not_faces():
    boxes = np.array([[-30, 0, 10, 40], [-10, 0, 30, 40]], np.float32)
    assert shown(boxes, 100, 100).tolist() == [[0, 0, 30, 40]]


def test_a_face_that_the_soft_edge_hides_is_not_one_to_be_found():
    """Half of each box's width is shown; what is left of the first one is faded to a fifth."""
    boxes = np.array([[-20, 0, 20, 40], [60, 0, 100, 40]], np.float32)
    edge = np.ones((40, 100, 1), np.float32)
    edge[:, :20] = 0.2
    assert shown(boxes, 100, 40).tolist() == [[0, 0, 20, 40], [60, 0, 100, 40]]
    assert shown(boxes, 100, 40, edge).tolist() == [[60, 0, 100, 40]]
    canvas = np.zeros((60, 120, 3), np.uint8)
    piece = Piece(np.full((40, 100, 3), RED, np.uint8), boxes)
    assert paste(canvas, piece, 5, 10, edge).tolist() == [[65, 10, 105, 50]]


def test_pasting_over_the_edge_keeps_pixels_and_boxes_together():
    canvas = np.zeros((60, 60, 3), np.uint8)
    piece = Piece(np.full((20, 20, 3), RED, np.uint8), np.array([[0, 0, 20, 20]], np.float32))
    assert paste(canvas, piece, -5, 50, None).tolist() == [[-5, 50, 15, 70]]
    assert red_box(canvas) == [0, 50, 15, 60]


def test_a_piece_beyond_the_canvas_changes_nothing():
    canvas = np.zeros((60, 60, 3), np.uint8)
    piece = Piece(np.full((20, 20, 3), RED, np.uint8), NOTHING)
    for x, y in ((60, 10), (-20, 10), (10, -20), (10, 60)):
        paste(canvas, piece, x, y, None)
    assert not canvas.any()


def test_soft_masks_fade_to_the_background():
    shares = [mask(np.random.default_rng(seed), 30, 40) for seed in range(20)]
    soft = [share for share in shares if share is not None]
    assert 0 < len(soft) < 20
    assert all(s.shape == (30, 40, 1) and s[0, 0] == 0 and s[15, 20] == 1 for s in soft)


def test_what_is_beside_a_face_shows_none_of_it():
    picture = marked(200, 200, (50, 50, 120, 120))
    for seed in range(40):
        patch = beside(np.random.default_rng(seed), picture)
        assert patch is None or not (patch == RED).all(axis=-1).any()
    assert not overlaps(np.array([[0, 0, 10, 10]], np.float32), NOTHING)


def test_damage_turns_and_mirrors_boxes_with_their_faces():
    """The red centre of mass stays in the middle of its box, whatever happened."""
    source = marked(160, 120, (30, 40, 60, 70))
    seen = 0
    for seed in range(40):
        pixels, boxes = damage(source.pixels, source.boxes, np.random.default_rng(seed))
        strength = pixels[..., 0].astype(float) - pixels[..., 1]
        if strength.max() < 60:
            continue  # turned grey or nearly black: colour tells nothing any more
        rows, columns = np.nonzero(strength > strength.max() * 0.6)
        middle = (boxes[0, :2] + boxes[0, 2:]) / 2
        assert [columns.mean(), rows.mean()] == pytest.approx(middle.tolist(), abs=3)
        seen += 1
    assert seen > 20
