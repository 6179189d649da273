"""The options that several commands share, and the settings they overrule."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from unmask.apps import settings
from unmask.apps.settings import Settings
from unmask.types import DEFAULT_DETECTOR


def _detector_names(
    _context: click.Context, _option: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from unmask import catalogue

    return [CompletionItem(name) for name in catalogue.names() if name.startswith(incomplete)]


detector = click.option(
    "-d",
    "--detector",
    multiple=True,
    metavar="NAME",
    shell_complete=_detector_names,
    help=f"Name or folder of the detector; several are asked together.  [default: {DEFAULT_DETECTOR}]",
)
false_alarm_rate = click.option(
    "--false-alarm-rate",
    type=float,
    metavar="RATE",
    help="Share of real pictures that may be called fake: 0.001, 0.01 or 0.05.  [default: 0.01]",
)
whole_picture = click.option(
    "--whole-picture", is_flag=True, help="Take the picture as one face, already cut out."
)

strangers = click.option(
    "--strangers",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Pictures of sets that training never saw: thresholds must hold on their Validation too.",
)
out_folder = click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
version = click.option("--version", default="1.0.0", show_default=True)
real_error = click.option(
    "--real-error",
    type=click.FloatRange(0, 0.5),
    default=0.03,
    show_default=True,
    help="Share of fakes among what may be called real.",
)
min_face = click.option("--min-face", type=click.IntRange(8), default=48, show_default=True)
finder = click.option(
    "--finder", type=click.Path(path_type=Path), help="Folder of another face finder."
)


def labelled(splits: str) -> Callable[[Any], Any]:
    """`--data` of a command that needs pictures with these splits."""
    told = f"Labelled pictures with {splits}; may be given again."
    return click.option(
        "--data", multiple=True, required=True, type=click.Path(path_type=Path), help=told
    )


def chosen(detector: tuple[str, ...], false_alarm_rate: float | None) -> Settings:
    """What the options say, over what the environment and the configuration file say."""
    given: dict[str, Any] = {}
    if detector:
        given["detector"] = detector
    if false_alarm_rate is not None:
        given["false_alarm_rate"] = false_alarm_rate
    return replace(settings.load(os.environ), **given)
