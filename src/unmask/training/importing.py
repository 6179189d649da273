"""A Keras model that somebody has in, an installed detector out whose error rates are marked as unknown."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import keras
import numpy as np

from unmask import catalogue
from unmask.dataset.layouts import PICTURES
from unmask.errors import ConfigError
from unmask.pixels import resize
from unmask.stages.decode import decode
from unmask.stages.detectors.store import check_name
from unmask.training import descriptions, detector_folder, foreign, onnx_graph, parity
from unmask.training.probes import probes
from unmask.training.serving import Intake, Serving
from unmask.types import Pixels


@dataclass(frozen=True)
class Wish:
    """What only the owner of the model can tell."""

    intake: Intake
    name: str = ""
    margin: float = 1.4


def import_model(
    path: Path, wish: Wish, pictures: Path | None = None, replace: bool = False
) -> str:
    """Opens the file safely, exports it, proves the export and installs it; returns its name."""
    name = check_name(wish.name or name_of(path))
    model = foreign.load(path)
    _check_input(model, wish.intake.size, path)
    serving = Serving(model, wish.intake)
    real = _photographs(pictures, wish.intake.size) if pictures else probes(wish.intake.size, 40)
    _check_answers(serving, real, path)
    graph = onnx_graph.convert(serving)
    detector_folder.proven(graph, serving, real)
    spec = descriptions.of_import(name, wish.intake.size, wish.margin, path.name)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / name
        detector_folder.write(folder, graph, spec, descriptions.import_card(spec))
        return catalogue.install(folder, replace)


def name_of(path: Path) -> str:
    """`My Model (v2).h5` -> `my-model-v2`."""
    return re.sub(r"[^a-z0-9._]+", "-", path.stem.lower()).strip("-._")[:64]


def _check_input(model: keras.Model, size: int, path: Path) -> None:
    shape = model.input_shape
    if not isinstance(shape, tuple) or len(shape) != 4:
        raise ConfigError(
            f"{path} takes {shape}; expected one picture of the shape (size, size, 3)."
        )
    wanted = (size, size, 3)
    if any(has not in (None, wants) for has, wants in zip(shape[1:], wanted, strict=True)):
        raise ConfigError(
            f"{path} takes pictures of the shape {shape[1:]}, not {wanted}. "
            "Give its own size with --input-size; only three colours, last, can be used."
        )


def _check_answers(serving: Serving, pictures: Pixels, path: Path) -> None:
    """A number that is no probability and follows no squashing must not be read as one."""
    said = serving.expected(pictures)
    if not np.isfinite(said).all():
        raise ConfigError(f"{path} answers with values that are not numbers.")
    if serving.kind == "probability" and (said.min() < 0 or said.max() > 1):
        raise ConfigError(
            f"{path} answers with {said.min():.3g} to {said.max():.3g} and does not end in a sigmoid "
            "or softmax; expected probabilities. Let it end in a Dense layer."
        )


def _photographs(folder: Path, size: int) -> Pixels:
    """The first pictures of a folder as squares of the right size; faces need not be cut out for this."""
    files = (path for path in sorted(folder.rglob("*")) if path.suffix.casefold() in PICTURES)
    paths = list(islice(files, 2 * parity.FEWEST))
    if not paths:
        raise ConfigError(
            f"{folder} holds no pictures. Give a folder with {parity.FEWEST} or more."
        )
    return np.stack([resize(decode(p.read_bytes()).pixels, size, size) for p in paths])
