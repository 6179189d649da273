"""Which detector is measured, and on which pictures: made from the one portrait that ships."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from unmask import Analyzer
from unmask.types import DEFAULT_DETECTOR

PORTRAIT = Path(__file__).parents[1] / "examples" / "collins.jpg"
MEGAPIXEL = (1000, 1000)


@dataclass(frozen=True)
class Subject:
    """The shipped detector and face finder unless told otherwise."""

    detector: str = DEFAULT_DETECTOR
    whole_picture: bool = False

    def analyzer(self, stability: bool = False, explain: bool = False) -> Analyzer:
        return Analyzer(
            self.detector, faces=not self.whole_picture, stability=stability, explain=explain
        )

    @property
    def options(self) -> list[str]:
        return ["--detector", self.detector, *(["--whole-picture"] if self.whole_picture else [])]


def portrait(size: tuple[int, int] = MEGAPIXEL, quality: int = 90, turn: float = 0.0) -> bytes:
    """The portrait in another size, as JPEG; a slight turn makes it a different picture."""
    out = BytesIO()
    with Image.open(PORTRAIT) as image:
        turned = image.convert("RGB").rotate(turn, Image.Resampling.BICUBIC, fillcolor=(90, 90, 90))
        turned.resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=quality)
    return out.getvalue()
