"""A detector and a user's own labelled pictures in, a copy of it with thresholds measured on those out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from unmask import catalogue
from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import FAKE, REAL, Manifest, Split
from unmask.errors import EmptyDataset
from unmask.evaluation.calibration import Method
from unmask.evaluation.faces import LabelledFaces, labelled_faces
from unmask.evaluation.operating_points import USUAL, Aims
from unmask.evaluation.recalibration import Recalibration, recalibrate
from unmask.stages.detectors.spec import DetectorSpec, write_spec
from unmask.stages.detectors.store import CARD_FILE, FILES, Store, check_name
from unmask.stages.faces.finder import OnnxFinder
from unmask.stages.faces.protocol import FaceFinder
from unmask.stages.faces.whole_image import WholeImage


@dataclass(frozen=True)
class Request:
    """Which detector, on which pictures, and what the result is called."""

    detector: str
    data: Path
    name: str = ""
    whole_picture: bool = False
    method: Method = "platt"
    aims: Aims = USUAL


def calibrate(
    request: Request,
    replace_installed: bool = False,
    report: Callable[[int, int], None] = lambda done, total: None,
    finder: FaceFinder | None = None,
) -> Recalibration:
    """Installs the copy under its new name; the detector it was made from stays as it is."""
    source = catalogue.folder(request.detector)
    detector = Store().open(source)
    name = check_name(request.name or f"{detector.spec.name}-calibrated")
    chosen = _usable(read_folder(request.data))
    finder = finder or (WholeImage() if request.whole_picture else OnnxFinder.shipped())
    faces = labelled_faces([chosen], finder, detector.spec.crop, report=report)
    logits = faces.scored(detector)
    result = recalibrate(
        replace(detector.spec, name=name), logits, _told(faces), request.aims, request.method
    )
    _install(source, result, replace_installed)
    return result


def _usable(manifest: Manifest) -> Manifest:
    """Validation pictures where there is a split; pictures set aside for training or testing never."""
    for split in (Split.VALIDATION, Split.NONE):
        chosen = manifest.of(split)
        if len(chosen):
            return chosen
    raise EmptyDataset(
        f"{manifest.root} has pictures for training and testing only. Calibrating on either would "
        "make it look better than it is; add a Validation folder."
    )


def _told(faces: LabelledFaces) -> str:
    sets = ", ".join(faces.sets())
    return f"{faces.count(REAL)} real and {faces.count(FAKE)} fake faces of: {sets}"


def _install(source: Path, result: Recalibration, replace_installed: bool) -> None:
    with tempfile.TemporaryDirectory() as work:
        copy = Path(work) / result.spec.name
        copy.mkdir()
        for file in FILES:
            shutil.copyfile(source / file, copy / file)
        write_spec(copy, result.spec)
        _amend_card(copy / CARD_FILE, result.spec)
        catalogue.install(copy, replace_installed)


def _amend_card(card: Path, spec: DetectorSpec) -> None:
    """What stood there was measured with other thresholds, and says so from now on."""
    note = (
        f"# {spec.name}\n\nCalibrated again on {spec.calibration.fitted_on}. The rates below this "
        "line were measured with the thresholds of the detector it was made from; the present ones "
        "are in `detector.json`.\n\n---\n\n"
    )
    card.write_text(note + card.read_text(encoding="utf-8"), encoding="utf-8")
