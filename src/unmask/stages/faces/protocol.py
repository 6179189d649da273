"""DecodedImage -> Faces: what the analyzer asks of anything that finds faces."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from unmask.types import DecodedImage, Face


@runtime_checkable
class FaceFinder(Protocol):
    """Gives the faces of a picture, largest first; none is an answer too."""

    def find(self, image: DecodedImage) -> tuple[Face, ...]: ...
