"""The finder that does not look gives the whole picture."""

from __future__ import annotations

from unmask.stages.faces.protocol import FaceFinder
from unmask.stages.faces.whole_image import WholeImage
from unmask.types import Box, Face


def test_the_whole_picture_is_the_face(picture):
    finder: FaceFinder = WholeImage()
    assert finder.find(picture(30, 20)) == (Face(Box(0, 0, 30, 20), 1.0),)
