"""Analysis + pixels -> a heat map or a report in a file."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from unmask import __version__
from unmask.pixels import as_picture
from unmask.reports import html, overlay
from unmask.reports.about import About
from unmask.types import Analysis, Pixels


def write_heatmap(path: Path, analysis: Analysis, pixels: Pixels) -> None:
    """The picture in full size with the heat laid over each face."""
    shown = overlay.with_heat(analysis, pixels, longest=max(pixels.shape))
    with beside(path).open("wb") as file:
        as_picture(shown).save(file, "PNG")
    beside(path).replace(path)


def write_report(path: Path, analysis: Analysis, pixels: Pixels, name: str) -> None:
    about = About(
        Path(name).name if name != "-" else "standard input",
        datetime.now(UTC),
        f"unmask {__version__}",
    )
    if path.suffix == ".pdf":
        data = pdf().render(analysis, pixels, about)
    else:
        data = html.render(analysis, pixels, about).encode("utf-8", "backslashreplace")
    beside(path).write_bytes(data)
    beside(path).replace(path)


def pdf() -> ModuleType:
    """The writer of PDF reports; asking for it early tells early that its extra is missing."""
    from unmask.reports import pdf as writer

    return writer


def beside(path: Path) -> Path:
    """Written here first, so that a report is there whole or not at all."""
    return path.with_name(f".{path.name}.{os.getpid()}")
