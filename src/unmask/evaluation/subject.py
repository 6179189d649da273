"""A detector's name, its folder or a run's folder -> Subject: what is measured, opened as it will be used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from unmask.analyzer import Analyzer
from unmask.errors import ConfigError
from unmask.stages.detectors.model_file import FILE as MODEL_FILE
from unmask.stages.detectors.spec import FILE as SPEC_FILE
from unmask.stages.detectors.spec import DetectorSpec, read_spec
from unmask.stages.detectors.store import Store
from unmask.stages.faces.protocol import FaceFinder


@dataclass(frozen=True)
class Subject:
    """The exported detector behind the serving path; `quick` is the same without the stability check."""

    analyzer: Analyzer
    quick: Analyzer
    spec: DetectorSpec
    folder: Path
    false_alarm_budget: float
    model_bytes: int


def open_subject(
    detector_or_run: str | Path,
    false_alarm_budget: float = 0.01,
    faces: bool | FaceFinder = True,
    stability: bool = True,
) -> Subject:
    """Everything as shipped but the heat maps, which change no answer and cost time."""
    folder = find_detector(detector_or_run)
    analyzer, quick = (
        Analyzer(
            folder,
            false_alarm_rate=false_alarm_budget,
            faces=faces,
            explain=False,
            stability=checked,
        )
        for checked in (stability, False)
    )
    size = (folder / MODEL_FILE).stat().st_size
    return Subject(analyzer, quick, read_spec(folder), folder, false_alarm_budget, size)


def find_detector(detector_or_run: str | Path) -> Path:
    """The detector folder itself; in a run's folder, the one detector that was exported there."""
    path = Path(detector_or_run)
    if not path.is_dir() or (path / SPEC_FILE).is_file():
        return Store().find(detector_or_run)
    inside = sorted(found.parent for found in path.rglob(SPEC_FILE))
    if len(inside) != 1:
        names = ", ".join(str(folder.relative_to(path)) for folder in inside) or "none"
        raise ConfigError(
            f"{path} should hold one exported detector; it holds: {names}. "
            "Export the run first, or give the path of one detector folder."
        )
    return inside[0]
