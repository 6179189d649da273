"""A configuration and names of sets -> a run trained without them, exported and ready to be measured on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import keras

from unmask.dataset.manifest import FAKE, Manifest, Split
from unmask.training.config import RunConfig
from unmask.training.crop_store import CropStore
from unmask.training.export import Places, Plan, export_folder
from unmask.training.loop import Report, train

EXPORTED = "detector"


@dataclass(frozen=True)
class Course:
    """What all rows of a matrix share; `data` is where their Validation pictures lie."""

    config: RunConfig
    store: CropStore
    data: tuple[Path, ...]
    say: Callable[[str], None] = lambda line: None
    report: Report = lambda step, steps, loss: None


def without(names: Collection[str], folder: Path, course: Course) -> Path:
    """Goes on with a run that was stopped and does nothing where its detector stands already."""
    out = folder / EXPORTED
    if not out.is_dir():
        keras.utils.clear_session()
        config = _without(course.config, names, folder.name)
        train(config, course.store, folder, course.report)
        plan = Plan(EXPORTED, half=False, int8=False)
        export_folder(folder, plan, Places(course.data), folder, say=course.say)
    return out


def fake_sets(pictures: Manifest) -> tuple[str, ...]:
    """Sets worth leaving out: with fakes to learn from and fakes to be measured on."""
    trained, tested = (
        {e.set for e in pictures if e.label == FAKE and e.split == split}
        for split in (Split.TRAIN, Split.TEST)
    )
    return tuple(sorted(trained & tested))


def all_but(names: Sequence[str], store: CropStore) -> frozenset[str]:
    """What must be left out to train on these sets alone."""
    return frozenset(item.entry.set for item in store.items) - set(names)


def _without(config: RunConfig, names: Collection[str], name: str) -> RunConfig:
    out = tuple(sorted({*config.data.leave_out, *names}))
    return replace(config, name=name, data=replace(config.data, leave_out=out))
