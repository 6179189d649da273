"""A detector's name or folder in, what is known about it out; the public door to the networks on this machine."""

from __future__ import annotations

from pathlib import Path

from unmask.stages.detectors.detector import Detector
from unmask.stages.detectors.spec import DetectorSpec, read_spec
from unmask.stages.detectors.store import Store
from unmask.stages.faces.finder import OnnxFinder
from unmask.stages.faces.protocol import FaceFinder

__all__ = [
    "DetectorSpec",
    "describe",
    "folder",
    "install",
    "names",
    "opened",
    "opened_finder",
    "selftest",
    "verify",
]


def names() -> tuple[str, ...]:
    """All detectors that can be used by name: those that ship first, then the installed ones."""
    return Store().names()


def folder(detector: str | Path) -> Path:
    return Store().find(detector)


def describe(detector: str | Path) -> DetectorSpec:
    """What its `detector.json` says; the weights are not looked at."""
    return read_spec(folder(detector))


def opened(detector: str | Path) -> Detector:
    """Its weights checked and loaded, to be shared by several analyzers."""
    return Store().open(detector)


def opened_finder() -> FaceFinder:
    """The face finder that ships, to be shared by several analyzers."""
    return OnnxFinder.shipped()


def install(source: str | Path, replace: bool = False) -> str:
    """Copies a detector folder to where this user's detectors are; returns the name to use it by."""
    return Store().install(Path(source), replace).name


def verify(detector: str | Path) -> None:
    """Raises DetectorDamaged unless every file is there, the weights match and the self-test passes."""
    Store().verify(detector)


def selftest(detector: str | Path) -> None:
    """Raises DetectorDamaged when the recorded pictures get other answers than when it was made."""
    Store().open(detector).selftest()
