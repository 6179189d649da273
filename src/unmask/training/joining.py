"""Detector folders in, one calibrated folder out that answers with the mean of their log odds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from unmask.errors import ConfigError, ExportMismatch
from unmask.pixels import resize
from unmask.stages.detectors import selftest
from unmask.stages.detectors.spec import DetectorSpec
from unmask.stages.detectors.store import check_name
from unmask.training import descriptions, detector_folder
from unmask.training.calibrated import make
from unmask.training.export import Material, Plan, Say, write_report
from unmask.training.joint_graph import Member, join
from unmask.types import Crop, CropSpec

PROOF_FACES = 64
LEAST_LIKENESS = 0.97
"""Correlation with the members asked one by one: only how their smaller crops are made may differ."""


@dataclass(frozen=True)
class Likeness:
    """How the joint graph's log odds compare with the mean of those its members give by themselves."""

    faces: int
    mean_difference: float
    largest_difference: float
    correlation: float


def join_detectors(
    folders: Sequence[Path], plan: Plan, material: Material, out: Path, say: Say = lambda line: None
) -> dict[str, Any]:
    """Writes OUT/<name> and OUT/join.json; raises before a wrong detector is written."""
    members = [Member.open(folder) for folder in folders]
    spec = _spec(members, plan)
    say("Cutting the faces out of the validation pictures")
    validation = material.validation(spec.crop)
    say(f"{len(validation.faces)} faces; joining the graphs and asking each by itself")
    model = join(members)
    proof = likeness(model, members, validation.faces.spread(PROOF_FACES).crops)
    made = make(out / plan.name, model, spec, validation, plan.aims, _tolerance(members))
    report = {"likeness": asdict(proof), "detectors": {plan.name: made.report()}}
    write_report(out / "join.json", report)
    return report


def likeness(model: bytes, members: Sequence[Member], crops: Sequence[Crop]) -> Likeness:
    """Asked by themselves, members see the crop as the project's own resize shrinks it."""
    with detector_folder.opened(model) as session:
        joint = np.concatenate([session.run({"image": c.pixels[None]})["logit"] for c in crops])
    alone = np.mean([_odds(member, crops) for member in members], axis=0)
    gaps = np.abs(joint - alone)
    found = Likeness(
        faces=len(crops),
        mean_difference=float(gaps.mean()),
        largest_difference=float(gaps.max()),
        correlation=float(np.corrcoef(joint, alone)[0, 1]),
    )
    _check(found)
    return found


def _odds(member: Member, crops: Sequence[Crop]) -> list[float]:
    """Calibrated log odds, by the member's own session."""
    side, said = member.spec.crop.size, member.spec.calibration
    small = [replace(crop, pixels=resize(crop.pixels, side, side)) for crop in crops]
    return [said.slope * score.logit + said.intercept for score in member.detector.score(small)]


def _check(found: Likeness) -> None:
    if not found.correlation >= LEAST_LIKENESS:
        raise ExportMismatch(
            f"The joint graph's log odds go with those of its members at a correlation of "
            f"{found.correlation:.3f} on {found.faces} faces; at least {LEAST_LIKENESS} is expected. "
            "Their crops are too unlike in size; name each with --detector to ask them one by one."
        )


def _tolerance(members: Sequence[Member]) -> float:
    """Integer kernels in one of them make the whole as loose as that one."""
    return max(selftest.read(member.detector.folder).tolerance for member in members)


def _spec(members: Sequence[Member], plan: Plan) -> DetectorSpec:
    specs = [member.spec for member in members]
    return descriptions.of_members(specs, _crop(specs), check_name(plan.name), plan.version)


def _crop(specs: Sequence[DetectorSpec]) -> CropSpec:
    if len(specs) < 2:
        raise ConfigError(f"{len(specs)} detectors were given; expected two or more.")
    margins = {spec.crop.margin for spec in specs}
    if len(margins) > 1:
        told = ", ".join(f"{spec.name} {spec.crop.margin:g}" for spec in specs)
        raise ConfigError(
            f"These detectors cut the face with different margins ({told}); a joint one has a "
            "single crop. Ask them one by one: name each with --detector."
        )
    return CropSpec(max(spec.crop.size for spec in specs), margins.pop())
