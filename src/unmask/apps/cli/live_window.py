"""The newest frame and its faces in, a window on the screen out; q quits, s saves a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from unmask import __version__
from unmask.errors import MissingExtra
from unmask.reports import overlay, wording
from unmask.reports.about import About
from unmask.types import Label, Pixels
from unmask.video.frames import Frame
from unmask.video.live import LiveAnalyzer, LiveFace
from unmask.video.report import html

try:
    import cv2
except ImportError:
    raise MissingExtra("A window on the screen", "live") from None

TITLE = "unmask: q quits, s saves a report"


class Window:
    """Called with each frame, it says whether to go on."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def __call__(
        self, analyzer: LiveAnalyzer, frame: Frame, faces: tuple[LiveFace, ...], rate: float
    ) -> bool:
        shown = drawn(frame.pixels, faces, rate)
        cv2.imshow(TITLE, np.ascontiguousarray(shown[..., ::-1]))
        key = cv2.waitKey(1) & 0xFF
        if key == ord("s"):
            self._save(analyzer)
        if key == ord("q"):
            cv2.destroyAllWindows()
            return False
        return True

    def _save(self, analyzer: LiveAnalyzer) -> None:
        now = datetime.now(UTC)
        path = Path(f"unmask-{now:%Y%m%d-%H%M%S}.html")
        about = About("Live picture", now, f"unmask {__version__}")
        path.write_text(html.render(analyzer.report(), about), encoding="utf-8")
        self._tell(f"Saved {path}.")


def drawn(pixels: Pixels, faces: tuple[LiveFace, ...], rate: float) -> Pixels:
    """Boxes, answers and scores, and the frames a second in the corner."""
    image = Image.fromarray(pixels)
    pen = ImageDraw.Draw(image)
    for face in faces:
        label = face.verdict.label if face.verdict else Label.INCONCLUSIVE
        chance = wording.percent(face.smoothed_probability)
        words = f"{face.number}  {wording.SHORT[label]}  fake: {chance}"
        overlay.frame(pen, face.face.box, label, words)
    pen.text(
        (6, 4),
        f"{rate:.0f} frames a second",
        fill=(255, 255, 255),
        stroke_width=2,
        stroke_fill=(0, 0, 0),
    )
    return np.asarray(image)
