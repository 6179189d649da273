"""A finder folder and a data folder in, every figure of its card out; Test pictures only."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unmask.stages.faces.finder import MODEL, OnnxFinder
from unmask.stages.faces.spec import FinderSpec
from unmask.training.finder import trials
from unmask.training.finder.measure import (
    Found,
    Recall,
    Share,
    false_boxes,
    find_rates,
    milliseconds,
    recall,
)
from unmask.training.finder.pictures import TEST, load_all, read_entries

SCENES, GROUPS, LANDSCAPES = 1000, 60, 60


@dataclass(frozen=True)
class Report:
    """What the card says, before it is put into words."""

    spec: FinderSpec
    bytes: int
    found: dict[str, Found]
    recalls: dict[str, Recall]
    false: dict[str, Share]
    milliseconds: dict[str, float]
    machine: str


def measure(
    folder: Path, data: Path, say: Callable[[str], None], faceless: Path | None = None
) -> Report:
    """Minutes on one thread; `say` hears what is being measured."""
    finder = OnnxFinder.open(folder)
    entries = [entry for entry in read_entries(data) if entry.split == TEST]
    known = [entry for entry in entries if len(entry.boxes)]
    say("composing Test scenes")
    source = trials.composer_of(data, entries, TEST)
    groups = list(trials.groups(source, GROUPS))
    say("finding the faces of the Test sets")
    recalls = {
        "Test pictures": recall(finder, load_all(data, known)),
        "Test scenes": recall(finder, trials.scenes(source, SCENES)),
        "Test groups": recall(finder, groups),
    }
    false = {
        "Test backgrounds": false_boxes(finder, trials.backgrounds(data, TEST)),
        "Test landscapes": false_boxes(finder, trials.landscapes(source, LANDSCAPES)),
    }
    if faceless is not None:
        false["Test things and animals"] = false_boxes(finder, trials.further(faceless, TEST))
    square = np.ascontiguousarray(next(trials.scenes(source, 1)).pixels)
    say("taking the time")
    return Report(
        spec=finder.spec,
        bytes=(folder / MODEL).stat().st_size,
        found=find_rates(finder, data, entries),
        recalls=recalls,
        false=false,
        milliseconds={
            "working size": milliseconds(finder, square),
            "group of 1280 x 960": milliseconds(finder, groups[0].pixels, 10),
        },
        machine=f"{platform.machine()}, one thread",
    )
