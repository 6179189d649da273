"""DecodedImage -> one Face that is the whole picture: for crops that were cut before they came here."""

from __future__ import annotations

from unmask.types import Box, DecodedImage, Face


class WholeImage:
    def find(self, image: DecodedImage) -> tuple[Face, ...]:
        return (Face(Box(0, 0, image.width, image.height), confidence=1.0),)
