"""A finished run and labelled pictures in, calibrated detector folders and a report of what was measured out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Manifest, Split
from unmask.evaluation.faces import LabelledFaces, labelled_faces
from unmask.evaluation.operating_points import USUAL, Aims
from unmask.stages.detectors.store import check_name
from unmask.stages.faces.finder import OnnxFinder
from unmask.stages.faces.protocol import FaceFinder
from unmask.training import descriptions, detector_folder, litert, onnx_graph, parity, speed
from unmask.training.calibrated import Made, Validation, beside, make
from unmask.training.halve import halve
from unmask.training.quantize import quantize
from unmask.training.runs import Run, open_run
from unmask.training.serving import Intake, Serving
from unmask.types import CropSpec

Say = Callable[[str], None]

RANGE_FACES, PARITY_FACES = 160, 64
RANGE_PICTURES = 800
INT8_TOLERANCE = 0.5
"""Integer kernels round differently from one processor to the next; a broken file is off by far more."""


@dataclass(frozen=True)
class Plan:
    """What to make of a run, and what the result says about itself."""

    name: str
    version: str = "1.0.0"
    licence: str = "MIT"
    aims: Aims = USUAL
    half: bool = True
    int8: bool = True
    litert: bool = False
    checkpoint: str = ""


@dataclass(frozen=True)
class Material:
    """Labelled pictures and the finder that serving uses on them."""

    data: tuple[Manifest, ...]
    finder: FaceFinder
    workers: int = 2
    strangers: tuple[Manifest, ...] = ()
    """Sets that training never saw: they choose no calibration, but no threshold may fail on them."""

    def validation(self, crop: CropSpec) -> Validation:
        split = [m.of(Split.VALIDATION) for m in self.strangers]
        others = labelled_faces(split, self.finder, crop, self.workers) if split else None
        return Validation(self.faces(Split.VALIDATION, crop), others)

    def faces(self, split: Split, crop: CropSpec, at_most: int = 0) -> LabelledFaces:
        chosen = [m.of(split) for m in self.data]
        total = sum(len(m) for m in chosen)
        step = max(total // at_most, 1) if at_most else 1
        thin = [m.with_entries(m.entries[::step]) for m in chosen]
        return labelled_faces(thin, self.finder, crop, self.workers)


def export(
    run: Run, plan: Plan, material: Material, out: Path, say: Say = lambda line: None
) -> dict[str, Any]:
    """From a run to folders that can be installed; raises before a wrong one is written."""
    say("Cutting the faces out of the validation pictures")
    validation = material.validation(run.crop)
    faces = validation.faces
    say(f"{len(faces)} faces; converting the network and comparing it with Keras")
    serving = Serving(run.model, Intake(run.crop.size))
    model = onnx_graph.convert(serving)
    pictures = faces.spread(PARITY_FACES).pixels()
    report: dict[str, Any] = {"parity": asdict(detector_folder.proven(model, serving, pictures))}
    spec = descriptions.of_run(run, plan.name, plan.version, plan.licence, material.data)
    kept = model
    if plan.half:
        kept, report["half"] = halve(model, pictures)
    made = [make(out / plan.name, kept, spec, validation, plan.aims)]
    if plan.int8:
        say("Making the int8 twin")
        some = material.faces(Split.TRAIN, run.crop, RANGE_PICTURES).spread(RANGE_FACES)
        made.append(_int8(model, some, plan, made[0], validation))
        report["int8_beside_float32"] = asdict(beside(*made))
    say("Measuring the speed")
    report["detectors"] = {m.spec.name: m.report() for m in made}
    report["speed"] = _speed(made, serving, faces)
    write_report(out / "export.json", report)
    if plan.litert:
        say("Making the LiteRT file")
        report["litert"] = _litert(serving, pictures, out / f"{plan.name}.tflite")
        write_report(out / "export.json", report)
    return report


@dataclass(frozen=True)
class Places:
    """The same material as paths; without a finder folder the shipped finder looks for the faces."""

    data: Sequence[Path]
    strangers: Sequence[Path] = ()
    finder: Path | None = None

    def material(self, leave_out: tuple[str, ...] = ()) -> Material:
        seen = tuple(
            m.with_entries(e for e in m if not e.is_of(leave_out))
            for m in map(read_folder, self.data)
        )
        finder = OnnxFinder.open(self.finder) if self.finder else OnnxFinder.shipped()
        return Material(seen, finder, strangers=tuple(map(read_folder, self.strangers)))


def export_folder(
    run: Path, plan: Plan, places: Places, out: Path, say: Say = lambda line: None
) -> dict[str, Any]:
    opened = open_run(run, plan.checkpoint)
    plan = replace(plan, name=check_name(plan.name or opened.name))
    return export(opened, plan, places.material(opened.leave_out), out, say)


def _int8(
    model: bytes, some: LabelledFaces, plan: Plan, float32: Made, validation: Validation
) -> Made:
    """Ranges from training pictures: the validation faces are needed for calibrating and nothing else."""
    spec = descriptions.int8_twin(float32.spec)
    folder = float32.folder.with_name(spec.name)
    return make(folder, quantize(model, some.pixels()), spec, validation, plan.aims, INT8_TOLERANCE)


def _litert(serving: Serving, pictures: Any, path: Path) -> dict[str, Any]:
    model = litert.convert(serving)
    worst = litert.prove(model, serving, pictures[: parity.FEWEST])
    path.write_bytes(model)
    return {"file": path.name, "bytes": len(model), "largest_difference": worst}


def _speed(made: Sequence[Made], serving: Serving, faces: LabelledFaces) -> dict[str, Any]:
    rows = speed.timings({m.spec.name: m.model for m in made}, serving, faces.pixels()[:32])
    return {
        "rows": [asdict(row) for row in rows],
        "times_faster_than_keras": {
            m.spec.name: speed.times_faster(rows, m.spec.name) for m in made
        },
        "table": speed.table(rows),
    }


def write_report(path: Path, report: dict[str, Any]) -> None:
    """What was measured, as JSON."""
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
