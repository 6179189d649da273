"""The newest frame and its faces in, a window on the screen out; q quits, s saves a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from unmask import __version__
from unmask.errors import MissingExtra
from unmask.reports.about import About
from unmask.video.frames import Frame
from unmask.video.live import LiveAnalyzer, LiveFace
from unmask.video.report import html
from unmask.video.report.annotated import draw_live

try:
    import cv2
except ImportError:
    raise MissingExtra("A window on the screen", "live") from None

TITLE = "unmask: q quits, s saves a report"


class Window:
    """Called with each frame, it says whether to go on."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        cv2.namedWindow(TITLE, cv2.WINDOW_AUTOSIZE | cv2.WINDOW_GUI_NORMAL)

    def __call__(
        self, analyzer: LiveAnalyzer, frame: Frame, faces: tuple[LiveFace, ...], rate: float
    ) -> bool:
        shown = draw_live(frame.pixels, faces, rate)
        cv2.imshow(TITLE, np.ascontiguousarray(shown[..., ::-1]))
        key = cv2.waitKey(1) & 0xFF
        if key == ord("s"):
            self._save(analyzer)
        closed = cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) < 1
        if key == ord("q") or closed:
            cv2.destroyAllWindows()
            return False
        return True

    def _save(self, analyzer: LiveAnalyzer) -> None:
        now = datetime.now(UTC)
        path = Path(f"unmask-{now:%Y%m%d-%H%M%S}.html")
        about = About("Live picture", now, f"unmask {__version__}")
        path.write_text(html.render(analyzer.report(), about), encoding="utf-8")
        self._tell(f"Saved {path}.")
