"""A data folder and a seed in, a finished finder folder out: train, export, choose thresholds, measure."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import keras
import numpy as np

from unmask.stages.faces.finder import OnnxFinder
from unmask.stages.faces.spec import FinderSpec, write_spec
from unmask.training.architectures.exported import take_over
from unmask.training.finder import trials
from unmask.training.finder.card import summary, write_card
from unmask.training.finder.copies import without_copies
from unmask.training.finder.export import export
from unmask.training.finder.fit import BATCH, Course, fit
from unmask.training.finder.guess import guessed
from unmask.training.finder.network import build
from unmask.training.finder.pictures import TRAIN, VALIDATION, Entry, Picture, read_entries
from unmask.training.finder.report import measure
from unmask.training.finder.targets import SIZE
from unmask.training.finder.thresholds import Faceless, choose

NAME, VERSION = "finder", "1.2.0"
BORNE, BORNE_LOOKALIKES = (0.035, 0.01), (0.16, 0.08)
"""False boxes a Validation picture, all and near ones: below the 0.05 that is promised, as they are few."""
PROBES = 32
STATISTICS = 256
"""Scenes that show what each layer gives, when a finished finder is taken up again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """What is to be built from what; `weights` are a finder's folder or what a training kept."""

    data: Path
    out: Path
    course: Course
    weights: Path | None = None
    more: Path | None = None
    """Further Train pictures of one face each, without boxes: an earlier finder guesses them."""
    faceless: Path | None = None
    """Further pictures without faces, split by their names."""


def build_finder(order: Order) -> None:
    """Leaves a complete finder folder in `order.out`."""
    order.out.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(order.course.seed)
    listed = read_entries(order.data)
    entries, start = without_copies(order.data, listed), time.monotonic()
    log.info("left out %d Train pictures that stand in other splits", len(listed) - len(entries))
    more = _guessed(order, entries)
    composer = trials.composer_of(order.data, entries, TRAIN, more, order.faceless)
    network = _network(order.weights, composer)
    fit(network, composer, order.course)
    finish(network, order, entries, (time.monotonic() - start) / 60)


def _guessed(order: Order, entries: list[Entry]) -> dict[str, list[Picture]]:
    """A finder that goes on from an earlier one may ask it about the faces that nobody marked."""
    if order.weights is None or not order.weights.is_dir():
        return {}
    more = guessed(order.data, entries, order.more, OnnxFinder.open(order.weights))
    log.info("guessed the faces of %s", {name: len(found) for name, found in more.items()})
    return more


def _network(weights: Path | None, composer: trials.Composer) -> keras.Model:
    """A new one, or one that goes on from kept weights or from a finder that ships."""
    network = build()
    if weights is not None and weights.is_dir():
        seen = np.stack([scene.pixels for scene in trials.scenes(composer, STATISTICS)])
        take_over(network, weights, seen.astype(np.float32))
    elif weights is not None:
        network.load_weights(weights)
    return network


def finish(network: keras.Model, order: Order, entries: list[Entry], minutes: float) -> None:
    """Exports, proves, chooses thresholds on Validation and measures on Test."""
    validation = trials.composer_of(order.data, entries, VALIDATION)
    probes = np.stack([scene.pixels for scene in trials.scenes(validation, PROBES)])
    sha256 = export(network, order.out, probes)
    write_spec(order.out, _spec(order, entries, sha256, minutes))
    judge(order.out, order.data, order.faceless)


def judge(folder: Path, data: Path, faceless: Path | None = None) -> None:
    """Chooses the thresholds of a finder folder on Validation; then measures it on Test."""
    chosen = choose(folder, _faceless(data, faceless))
    log.info("a face from %.2f, near from %.2f", chosen.threshold, chosen.near_threshold)
    measure_finder(folder, data, faceless)


def measure_finder(folder: Path, data: Path, faceless: Path | None = None) -> None:
    """Measures a finder folder on Test pictures and writes its card."""
    report = measure(folder, data, log.info, faceless)
    write_card(folder, report)
    for name, recall in report.recalls.items():
        log.info("%s: %s", name, summary(recall))


def _faceless(data: Path, faceless: Path | None) -> list[Faceless]:
    """Validation pictures without faces: what people hand in, and what looks most like a face.

    Apes and dogs are borne more often than clouds, or the faces of people would be lost with them.
    """
    composer = trials.composer_of(data, read_entries(data), VALIDATION)
    plain = chain(trials.backgrounds(data, VALIDATION), trials.landscapes(composer, 60))
    kinds = [Faceless(plain, *BORNE)]
    if faceless is not None:
        kinds.append(Faceless(trials.further(faceless, VALIDATION), *BORNE_LOOKALIKES))
    return kinds


def _spec(order: Order, entries: list[Entry], sha256: str, minutes: float) -> FinderSpec:
    sets = sorted({entry.source for entry in entries if entry.split == TRAIN})
    others = (
        sorted(path.name for path in order.faceless.iterdir() if path.is_dir())
        if order.faceless
        else []
    )
    return FinderSpec(
        name=NAME,
        version=VERSION,
        summary="A small single-shot network that finds faces of any size, made for this project.",
        size=SIZE,
        threshold=0.5,
        near_threshold=0.5,
        suspicion=0.25,
        sha256=sha256,
        licence="MIT",
        trained_on=(*sets, "backgrounds", *others),
        from_run=_story(order.course, minutes),
    )


def _story(course: Course, minutes: float) -> str:
    """Says plainly when the training was made in more than one go."""
    earlier = f", after {course.first} batches in earlier goes" if course.first else ""
    return (
        f"`make finder` with seed {course.seed}: {course.steps} batches of {BATCH} composed scenes"
        f"{earlier}; {minutes:.0f} minutes of training."
    )
