"""Analysis + pixels -> a heat map or a report in a file."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from unmask import __version__
from unmask.errors import MissingExtra
from unmask.reports import html, overlay
from unmask.reports.about import About
from unmask.types import Analysis, Pixels


def write_heatmap(path: Path, analysis: Analysis, pixels: Pixels) -> None:
    """The picture in full size with the heat laid over each face."""
    shown = overlay.with_heat(analysis, pixels, longest=max(pixels.shape))
    with beside(path).open("wb") as file:
        Image.fromarray(np.ascontiguousarray(shown)).save(file, "PNG")
    beside(path).replace(path)


def write_report(path: Path, analysis: Analysis, pixels: Pixels, name: str) -> None:
    about = About(
        Path(name).name if name != "-" else "standard input",
        datetime.now(UTC),
        f"unmask {__version__}",
    )
    if path.suffix == ".pdf":
        data = _pdf(analysis, pixels, about)
    else:
        data = html.render(analysis, pixels, about).encode("utf-8", "backslashreplace")
    beside(path).write_bytes(data)
    beside(path).replace(path)


def _pdf(analysis: Analysis, pixels: Pixels, about: About) -> bytes:
    if find_spec("unmask.reports.pdf") is None:
        raise MissingExtra("A PDF report", "pdf")
    made: bytes = import_module("unmask.reports.pdf").render(analysis, pixels, about)
    return made


def beside(path: Path) -> Path:
    """Written here first, so that a report is there whole or not at all."""
    return path.with_name(f".{path.name}.{os.getpid()}")
