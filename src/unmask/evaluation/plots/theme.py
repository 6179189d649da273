"""Size and title -> an empty drawing in the project's look, and back out of it a PNG file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from unmask.errors import MissingExtra
from unmask.evaluation.intervals import Figure

# Okabe and Ito's palette: told apart with every common kind of colour blindness, and in grey.
REAL, FAKE, OPEN = "#0072B2", "#D55E00", "#8C8C8C"
OTHERS = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A4B94", "#5C4A1F", "#000000", "#B5A400")
INK, FAINT = "#222222", "#D9D9D9"
RESOLUTION = 160
TEXT = 9.0


def canvas(width: float, height: float, rows: int = 1, columns: int = 1, **options: Any) -> Any:
    """A drawing and its axes, apart from matplotlib's global state, so threads do not disturb each other."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Drawing
    except ImportError:
        raise MissingExtra("Drawing plots", "evaluate") from None
    drawing = Drawing(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(drawing)
    axes = drawing.subplots(rows, columns, squeeze=False, **options)
    for one in axes.flat:
        _dress(one)
    return drawing, axes


def label(axes: Any, title: str, across: str, up: str) -> None:
    axes.set_title(title, fontsize=TEXT + 1, loc="left", color=INK)
    axes.set_xlabel(across, fontsize=TEXT, color=INK)
    axes.set_ylabel(up, fontsize=TEXT, color=INK)


def legend(axes: Any, place: str = "best", **options: Any) -> None:
    axes.legend(
        fontsize=TEXT - 1.5, loc=place, frameon=True, framealpha=0.9, edgecolor=FAINT, **options
    )


def percent(axes: Any, which: str = "xy") -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    for name in which:
        axis = axes.xaxis if name == "x" else axes.yaxis
        axis.set_major_formatter(PercentFormatter(xmax=1, decimals=None, symbol=" %"))
        axis.set_major_locator(MaxNLocator(5))


def save(drawing: Any, path: Path) -> Path:
    """Without a date in it: the same figures give the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawing.savefig(path, dpi=RESOLUTION, facecolor="white", metadata={"Software": None})
    return path


def share(value: float) -> str:
    return f"{100 * value:.1f} %"


def with_interval(figure: Figure, digits: int = 3) -> str:
    return f"{figure.value:.{digits}f} [{figure.low:.{digits}f}, {figure.high:.{digits}f}]"


def _dress(axes: Any) -> None:
    axes.tick_params(labelsize=TEXT - 1, colors=INK, length=3)
    axes.grid(True, color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color("#777777")
