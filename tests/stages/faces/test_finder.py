"""The search itself, tried with a network that takes red squares for faces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unmask.errors import DetectorDamaged
from unmask.stages.faces import finder as finder_module
from unmask.stages.faces.finder import OnnxFinder
from unmask.stages.faces.spec import read_spec, write_spec


def corners(face) -> list[float]:
    return [face.box.left, face.box.top, face.box.right, face.box.bottom]


def test_one_face_with_its_box_and_confidence(red_finder, picture):
    (face,) = OnnxFinder.open(red_finder).find(picture(64, 64, (16, 24, 8)))
    assert corners(face) == [12, 20, 28, 36]
    assert 0.6 <= face.confidence <= 1


def test_neighbouring_cells_of_one_face_become_one_box(red_finder, picture):
    """A square over half of two cells is two weak candidates; one whole cell beside a part is one face."""
    faces = OnnxFinder.open(red_finder).find(picture(64, 64, (16, 24, 8), (24, 24, 6)))
    assert len(faces) == 1


def test_boxes_stay_inside_the_picture(red_finder, picture):
    (face,) = OnnxFinder.open(red_finder).find(picture(60, 50, (0, 0, 8)))
    assert corners(face) == [0, 0, 12, 12]


def test_a_near_face_needs_less(red_finder, picture):
    """Half red over a fifth of the picture's side is a face from the lower threshold on."""
    write_spec(red_finder, replace(read_spec(red_finder), near_threshold=0.4))
    finder = OnnxFinder.open(red_finder)
    assert len(finder.find(picture(64, 64, (16, 24, 6)))) == 1
    write_spec(red_finder, replace(read_spec(red_finder), near_threshold=0.6))
    assert OnnxFinder.open(red_finder).find(picture(64, 64, (16, 24, 6))) == ()


def test_an_empty_picture_has_no_faces(red_finder, picture):
    assert OnnxFinder.open(red_finder).find(picture(64, 64)) == ()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 500), (700, 3), (17, 64)])
def test_odd_shapes_are_no_trouble(red_finder, picture, width, height):
    assert OnnxFinder.open(red_finder).find(picture(width, height)) == ()


def test_largest_first(red_finder, picture):
    """In a picture of twice the working size the small square is found at the finer scale."""
    faces = OnnxFinder.open(red_finder).find(picture(128, 128, (16, 16, 16), (96, 96, 12)))
    areas = [face.box.width * face.box.height for face in faces]
    assert len(faces) == 2
    assert areas == sorted(areas, reverse=True)
    assert areas[0] > areas[1]


def test_a_small_face_in_a_large_picture_is_found_by_looking_again(
    red_finder, picture, monkeypatch
):
    """At the first look it is far below the threshold; its place at full size is exact."""
    image = picture(250, 190, (152, 96, 16))
    finder = OnnxFinder.open(red_finder)
    near = [f for f in finder.find(image) if abs(f.box.left + f.box.right - 320) < 16]
    assert len(near) == 1
    assert abs(near[0].box.top + near[0].box.bottom - 208) < 16
    monkeypatch.setattr(finder_module, "FINEST", 64)
    assert finder.find(image) == ()


def counted(finder: OnnxFinder, image) -> int:
    """How many working squares the network was shown."""
    shown = 0
    ask = finder.candidates

    def candidates(squares):
        nonlocal shown
        shown += len(squares)
        return ask(squares)

    finder.candidates = candidates  # type: ignore[method-assign]
    finder.find(image)
    return shown


def test_it_looks_again_only_where_that_may_help(red_finder, picture, monkeypatch):
    """A face that is large when first seen needs no second look; nothing at all, or a small one, does."""
    monkeypatch.setattr(finder_module, "SMALL", 10.0)
    monkeypatch.setattr(finder_module, "TINY", 10.0)
    large = picture(128, 128, (32, 32, 16))
    assert counted(OnnxFinder.open(red_finder), large) == 1
    assert counted(OnnxFinder.open(red_finder), picture(128, 128)) > 1
    assert counted(OnnxFinder.open(red_finder), picture(64, 64)) == 1
    monkeypatch.setattr(finder_module, "TINY", 40.0)
    assert counted(OnnxFinder.open(red_finder), large) > 1


def test_beside_a_near_face_a_faint_suspicion_is_let_be(red_finder, picture, monkeypatch):
    monkeypatch.setattr(finder_module, "TINY", 10.0)
    near, faint, strong = (16, 16, 16), (96, 96, 9), (96, 96, 12)
    finder = OnnxFinder.open(red_finder)
    assert counted(finder, picture(128, 128, faint)) > 1
    assert counted(finder, picture(128, 128, near, faint)) == 1
    assert counted(finder, picture(128, 128, near, strong)) > 1


def test_it_looks_again_only_at_the_place(red_finder, picture):
    """One small face in a corner of a picture of sixteen squares, looked at in one of them."""
    image = picture(192, 192, (16, 16, 24))
    finder = OnnxFinder.open(red_finder)
    assert 2 <= counted(finder, image) <= 3
    assert finder.find(image)


def test_blind_looks_have_an_end(red_finder, picture, monkeypatch):
    """A huge picture with nothing in it costs a bounded number of squares."""
    nothing = picture(3000, 2000)
    monkeypatch.setattr(finder_module, "BLIND", 0)
    assert counted(OnnxFinder.open(red_finder), nothing) == 1
    monkeypatch.setattr(finder_module, "BLIND", 1)
    assert 1 < counted(OnnxFinder.open(red_finder), nothing) < 12


def test_the_same_picture_gives_the_same_faces(red_finder, picture):
    image = picture(300, 200, (40, 40, 16), (200, 120, 12))
    finder = OnnxFinder.open(red_finder)
    assert finder.find(image) == finder.find(image)


def test_changed_weights_are_refused(red_finder):
    path = red_finder / "model.onnx"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(DetectorDamaged, match="hash"):
        OnnxFinder.open(red_finder)


@pytest.mark.parametrize("file", ["model.onnx", "finder.json"])
def test_missing_files_are_named(red_finder, file):
    (red_finder / file).unlink()
    with pytest.raises(DetectorDamaged, match=file):
        OnnxFinder.open(red_finder)


def test_the_selftest_passes_and_notices_other_answers(red_finder):
    finder = OnnxFinder.open(red_finder)
    finder.selftest()
    with np.load(red_finder / "selftest.npz", allow_pickle=False) as arrays:
        kept = dict(arrays)
    kept["confidence"] = kept["confidence"] + np.float32(0.01)
    np.savez_compressed(red_finder / "selftest.npz", **kept)
    with pytest.raises(DetectorDamaged, match="confidence"):
        finder.selftest()


def test_a_broken_selftest_is_damage(red_finder):
    (red_finder / "selftest.npz").write_bytes(b"not a zip")
    with pytest.raises(DetectorDamaged, match="not a self-test"):
        OnnxFinder.open(red_finder).selftest()
    (red_finder / "selftest.npz").unlink()
    with pytest.raises(DetectorDamaged, match="missing"):
        OnnxFinder.open(red_finder).selftest()
