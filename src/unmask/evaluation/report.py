"""Evaluation -> README.md of its folder: what was measured, every table, every plot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from unmask.evaluation import sections
from unmask.evaluation.evaluation import Evaluation
from unmask.evaluation.storage import FILE, SCORES
from unmask.evaluation.tables import percent

NAME = "README.md"


def write_report(folder: Path, result: Evaluation, plots: Sequence[Path]) -> Path:
    path = folder / NAME
    names = [plot.relative_to(folder).as_posix() for plot in plots]
    path.write_text(report(result, names), encoding="utf-8")
    return path


def report(result: Evaluation, plots: Sequence[str] = ()) -> str:
    blocks = [
        f"# {result.measured.detector} {result.measured.version}, measured",
        about(result),
        "## At a glance\n\n" + sections.headlines(result),
        "## All figures\n\n" + sections.every_metric(result.pool),
        "## Classes\n\n" + sections.classes(result),
        "## Verdicts\n\n" + sections.confusion(result),
        "## Slices\n\n" + sections.parts(result.slices),
    ]
    if result.generators:
        blocks.append("## Makers and methods\n\n" + sections.parts(result.generators))
    if result.robustness:
        blocks.append("## Damaged pictures\n\n" + sections.robustness(result.robustness))
    if result.shortcuts:
        blocks.append("## Could shortcuts do it?\n\n" + sections.shortcuts(result.shortcuts))
    blocks.append("## What the mistakes have in common\n\n" + sections.mistakes(result))
    if result.unreadable:
        blocks.append("## Files that could not be read\n\n" + _listed(result.unreadable))
    if plots:
        blocks.append("## Plots\n\n" + "\n\n".join(f"![{Path(p).stem}]({p})" for p in plots))
    return "\n\n".join(blocks) + "\n"


def about(result: Evaluation) -> str:
    """Enough to measure the same again and to see whether it was the same."""
    measured = result.measured
    pictures = result.pool.real + result.pool.fake
    return "\n".join(
        [
            f"- Detector: {measured.detector} {measured.version}, SHA-256 `{measured.sha256}`",
            f"- Setting: {percent(measured.false_alarm_budget)} false alarms; called fake from "
            f"{percent(measured.fake_above)}, called real up to {percent(measured.real_below)}",
            f"- Pictures: {pictures} of the split {measured.split}, "
            f"fingerprint `{measured.data_fingerprint}`",
            f"- In {result.pool.no_face} of them no face was found: these are inconclusive",
            f"- {result.milliseconds:.0f} ms for a picture in the middle case, file to verdict",
            f"- Every picture's score: [{SCORES}]({SCORES}); all figures: [{FILE}]({FILE})",
        ]
    )


def _listed(names: Sequence[str]) -> str:
    return "\n".join(f"- `{name}`" for name in names)
