"""`unmask doctor`: looks over the installation; its output is what a bug report needs."""

from __future__ import annotations

import json
import os
import platform
import re
import time
from collections.abc import Iterator
from importlib import metadata
from typing import Any

import click
import numpy as np

from unmask import __version__, catalogue
from unmask.analyzer import Analyzer
from unmask.apps import settings
from unmask.apps.cli import exit_codes
from unmask.apps.cli.terminal import paint
from unmask.errors import MissingExtra, UnmaskError
from unmask.reports.text import Style

ROUNDS = 12
FRAME = (720, 960, 3)
REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")
EXTRA = re.compile(r"extra == ['\"]([^'\"]+)")
SYSTEM = re.compile(r"platform_system (==|!=) ['\"](\w+)")


@click.command(short_help="Look over this installation.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def doctor(as_json: bool) -> None:
    """Look over this installation: versions, optional parts, detectors, speed.

    Everything it says may go into a bug report: it names no file of yours but the configuration.
    """
    found = examine()
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        for line in _lines(found):
            click.echo(line)
    if not found["healthy"]:
        raise click.exceptions.Exit(exit_codes.UNHEALTHY)


def examine() -> dict[str, Any]:
    """All findings, as plain values."""
    detectors = [_detector(name) for name in catalogue.names()]
    finder = _finder()
    problems = [found["problem"] for found in (*detectors, finder)]
    return {
        "unmask": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": os.cpu_count(),
        "libraries": _libraries(),
        "extras": _extras(),
        "configuration": _configuration(),
        "detectors": detectors,
        "finder": finder,
        "healthy": bool(detectors) and not any(problems),
    }


def _libraries() -> dict[str, str]:
    names = ("onnxruntime", "numpy", "pillow", "click")
    return {name: metadata.version(name) for name in names}


def _extras() -> dict[str, list[str]]:
    """Each optional part, with the libraries of it that are not installed."""
    lacking: dict[str, list[str]] = {}
    for line in metadata.requires("unmask") or []:
        name, extra = REQUIREMENT.match(line), EXTRA.search(line)
        if name and extra and name[0] != "unmask" and _for_this_system(line):
            missing = [] if _installed(name[0]) else [name[0]]
            lacking.setdefault(extra[1], []).extend(missing)
    return lacking


def _for_this_system(requirement: str) -> bool:
    found = SYSTEM.search(requirement)
    return not found or (found[1] == "==") == (found[2] == platform.system())


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _configuration() -> str:
    path = settings.file(os.environ)
    try:
        settings.load(os.environ)
    except UnmaskError as error:
        return f"wrong: {error}"
    return str(path) if path.exists() else "none"


def _detector(name: str) -> dict[str, Any]:
    """Opened, proved by its self-test, and timed on one face."""
    found: dict[str, Any] = {"name": name, "problem": None}
    try:
        spec = catalogue.describe(name)
        found |= {"version": spec.version, "sha256": spec.sha256}
        catalogue.verify(name)
        bare = Analyzer(catalogue.folder(name), faces=False, explain=False, stability=False)
        found["milliseconds"] = _milliseconds(bare)
    except UnmaskError as error:
        found["problem"] = str(error)
    return found


def _finder() -> dict[str, Any]:
    """The face finder is opened with the first detector, and timed on a picture without faces."""
    names = catalogue.names()
    if not names:
        return {"problem": "it cannot be tried without a detector"}
    try:
        finder = Analyzer(catalogue.folder(names[0]), explain=False, stability=False)
    except (UnmaskError, OSError) as error:
        return {"problem": str(error)}
    return {"problem": None, "milliseconds": _milliseconds(finder)}


def _milliseconds(analyzer: Analyzer) -> float:
    """The best of a few rounds: others may be using this machine too."""
    frame = np.full(FRAME, 128, np.uint8)
    return round(min(_timed(analyzer, frame) for _ in range(ROUNDS)), 1)


def _timed(analyzer: Analyzer, frame: np.ndarray) -> float:
    began = time.perf_counter()
    analyzer.analyze_pixels(frame)
    return (time.perf_counter() - began) * 1000


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"unmask {found['unmask']}, Python {found['python']}, {found['system']}"
    yield f"{found['cores']} cores; " + ", ".join(f"{k} {v}" for k, v in found["libraries"].items())
    yield f"Configuration: {found['configuration']}"
    yield "Detectors"
    for detector in found["detectors"]:
        yield _part(detector["name"], detector)
    if not found["detectors"]:
        yield paint("  ! none is installed: install the package again", Style.BAD)
    yield _part("face finder", found["finder"])
    yield "Optional parts"
    for extra, lacking in found["extras"].items():
        yield _extra(extra, lacking)
    yield ""
    yield "With a bug report, send this, the command, and the picture if you may."


def _part(name: str, found: dict[str, Any]) -> str:
    if found["problem"]:
        return paint(f"  ! {name}: {found['problem']}", Style.BAD)
    told = [name, found.get("version"), f"{found['milliseconds']} ms"]
    if "sha256" in found:
        told.append(f"SHA-256 {found['sha256']}")
    return f"  {paint('+ ready', Style.GOOD)}  " + "  ".join(filter(None, told))


def _extra(extra: str, lacking: list[str]) -> str:
    if not lacking:
        return f"  {paint('+ ready', Style.GOOD)}  {extra}"
    # The exact command, quoted as every shell takes it.
    return paint(
        f"  - absent   {extra}  (lacks {', '.join(lacking)}): {_command(extra)}", Style.FAINT
    )


def _command(extra: str) -> str:
    return str(MissingExtra(extra, extra)).partition(": ")[2]
