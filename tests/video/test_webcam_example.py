"""The classic loop in examples/ runs with a fake OpenCV that has one clip and one finger."""

from __future__ import annotations

import runpy
import sys
from types import SimpleNamespace

from tests.conftest import ROOT
from tests.video.clips import RED, draw, moving

from unmask.video import look as looking


def test_a_label_is_drawn_on_each_frame(look, monkeypatch):
    frames = [draw(moving(RED)(number))[..., ::-1].copy() for number in range(6)]
    labels, boxes, shown = [], [], []
    monkeypatch.setattr(looking.Look, "open", classmethod(lambda cls: look))
    fake = SimpleNamespace(
        VideoCapture=lambda source: SimpleNamespace(
            read=lambda: (True, frames.pop(0)) if frames else (False, None)
        ),
        waitKey=lambda wait: -1,
        rectangle=lambda picture, one, other, *_: boxes.append((*one, *other)),
        putText=lambda picture, text, *_: labels.append(text),
        imshow=lambda title, picture: shown.append(picture),
    )
    monkeypatch.setitem(sys.modules, "cv2", fake)
    monkeypatch.setattr(sys, "argv", ["06_webcam.py", "clip.mp4"])
    runpy.run_path(str(ROOT / "examples" / "06_webcam.py"))
    assert len(shown) == len(labels) == 6
    assert labels[0].startswith("..., fake: ")
    assert labels[-1].startswith("fake, fake: ")
    assert boxes[0] == (20, 30, 60, 70)
