"""`unmask detectors`: which detectors there are, whether they are whole, and how a new one gets in."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from unmask import catalogue
from unmask.apps import settings
from unmask.apps.cli.terminal import remark
from unmask.catalogue import DetectorSpec
from unmask.errors import MissingExtra, UnmaskError
from unmask.reports.text import printable
from unmask.types import Policy, Rate

NAME = click.argument("name", metavar="NAME")
REPLACE = click.option("--replace", is_flag=True, help="Take the place of one with the same name.")


@click.group(short_help="List, verify and install detectors.")
def detectors() -> None:
    """A detector is a folder: its network, what was measured about it, its card and a self-test."""


@detectors.command("list")
@click.option("--json", "as_json", is_flag=True)
def listed(as_json: bool) -> None:
    """One line for each detector that can be used by name; a star marks the default."""
    found = {name: catalogue.describe(name) for name in catalogue.names()}
    if as_json:
        click.echo(json.dumps({n: asdict(s) for n, s in found.items()}, indent=2))
        return
    chosen = settings.load(os.environ).detector
    width = max(map(len, found), default=0)
    for name, spec in found.items():
        star = "*" if name in chosen else " "
        click.echo(f"{star} {name:<{width}}  {spec.version:<8} {printable(spec.summary)}")
    if not found:
        remark("No detector is here. Install one with: unmask detectors install FOLDER")


@detectors.command()
@NAME
@click.option("--json", "as_json", is_flag=True)
def show(name: str, as_json: bool) -> None:
    """Everything a detector says about itself; NAME may be a folder too."""
    spec = catalogue.describe(name)
    click.echo(json.dumps(asdict(spec), indent=2) if as_json else described(spec))


@detectors.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@REPLACE
def install(folder: Path, replace: bool) -> None:
    """Copy the detector in FOLDER in, after its hash and self-test proved right."""
    name = catalogue.install(folder, replace)
    click.echo(f"Installed {name}. Use it with: unmask check PICTURE --detector {name}")


@detectors.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
def verify(names: tuple[str, ...]) -> None:
    """Check the files, the hash and the self-test of the detectors named, or of all."""
    _each(names, catalogue.verify)


@detectors.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
def selftest(names: tuple[str, ...]) -> None:
    """Let detectors judge the pictures they carry and compare with the answers of the day they were made."""
    _each(names, catalogue.selftest)


@detectors.command("import")
@click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--input-size", type=click.IntRange(16, 1024), required=True, metavar="PIXELS")
@click.option(
    "--range",
    "values",
    type=click.Choice(["0..255", "0..1", "-1..1"]),
    required=True,
    help="Values the network was trained on.",
)
@click.option(
    "--positive",
    type=click.Choice(["fake", "real"]),
    required=True,
    help="What a high answer means; of two answers: the second.",
)
@click.option("--name", default="", help="Name of the detector.  [default: that of the file]")
@click.option(
    "--margin", type=click.FloatRange(1, 3), default=1.4, show_default=True,
    help="Width of the crop it wants, in widths of the face.",
)  # fmt: skip
@click.option(
    "--pictures",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Photographs to compare with Keras on.  [default: a portrait that comes along]",
)
@REPLACE
def import_(
    model: Path,
    input_size: int,
    values: str,
    positive: str,
    name: str,
    margin: float,
    pictures: Path | None,
    replace: bool,
) -> None:
    """Make a detector of a Keras MODEL that somebody has (.keras, or .h5 of any age).

    It must end in one number (a sigmoid or a plain logit) or in a softmax of two. Files that
    could run code when opened are refused. No rate of error is known for it until you run
    `unmask calibrate`.
    """
    try:
        from unmask.training.importing import Wish, import_model
        from unmask.training.serving import Intake
    except ModuleNotFoundError:
        raise MissingExtra("Importing a Keras model", "train") from None
    wish = Wish(Intake(input_size, values, positive), name, margin)
    made = import_model(model, wish, pictures, replace)
    click.echo(
        f"Installed {made}. Use it with: unmask check PICTURE --detector {made}\n"
        f"Its error rates are unknown: unmask calibrate {made} --data MY_PICTURES"
    )


def described(spec: DetectorSpec) -> str:
    """The description as lines to read."""
    fitted = spec.calibration.fitted_on or "nothing: its probabilities are taken at their word"
    lines = [
        f"{spec.name} {spec.version}",
        f"  {spec.summary}",
        f"  sees        {spec.crop.size} pixels, {spec.crop.margin:g} times as wide as the face",
        f"  calibrated  on {fitted}",
        f"  trained on  {', '.join(spec.trained_on) or 'not told'}",
        f"  from        {spec.from_run or 'not told'}",
        f"  licence     {spec.licence}",
        f"  sha256      {spec.sha256}",
        *(f"  at {p.false_alarm_budget:.1%}     {_policy(p)}" for p in spec.policies),
        *(f"  cannot judge: {what}" for what in spec.cannot_judge),
    ]
    return "\n".join(printable(line) for line in lines)


def _policy(policy: Policy) -> str:
    return (
        f"fake from {policy.fake_above:.1%}, real up to {policy.real_below:.1%}; false alarms "
        f"{_rate(policy.false_alarm_rate)}, fakes called real {_rate(policy.miss_rate)}"
    )


def _rate(rate: Rate) -> str:
    if not rate.count:
        return "never measured"
    return f"{rate.value:.2%} ({rate.low:.2%} to {rate.high:.2%})"


def _each(names: tuple[str, ...], check) -> None:
    """Goes on after a bad one, so that one run names them all; the first error decides the exit code."""
    failed: UnmaskError | None = None
    for name in names or catalogue.names():
        try:
            check(name)
        except UnmaskError as error:
            remark(f"{name}: {error}")
            failed = failed or error
        else:
            click.echo(f"{name}: in order")
    if failed:
        raise failed
