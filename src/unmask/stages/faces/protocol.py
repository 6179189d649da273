"""What every face finder does: a picture in, its faces out."""

from __future__ import annotations

from typing import Protocol

from unmask.types import DecodedImage, Face


class FaceFinder(Protocol):
    def find(self, image: DecodedImage) -> tuple[Face, ...]:
        """All faces, the largest first; boxes lie inside the picture."""
        ...
