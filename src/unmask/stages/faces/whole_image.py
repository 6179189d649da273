"""A picture in, one face out that is the whole picture: for pictures that were cut to a face already."""

from __future__ import annotations

from unmask.types import Box, DecodedImage, Face


class WholeImage:
    """A face finder that looks for nothing."""

    def find(self, image: DecodedImage) -> tuple[Face, ...]:
        return (Face(Box(0.0, 0.0, float(image.width), float(image.height)), 1.0),)
