"""`unmask calibrate`: a detector and labelled pictures of one's own in, a better calibrated copy out."""

from __future__ import annotations

from pathlib import Path

import click

from unmask.apps.cli import options
from unmask.apps.cli.terminal import remark
from unmask.evaluation.operating_points import Aims
from unmask.evaluation.own_pictures import Request
from unmask.evaluation.own_pictures import calibrate as calibrated
from unmask.evaluation.recalibration import Recalibration, Truth


@click.command(short_help="Make its probabilities true.")
@click.argument("detector", metavar="DETECTOR")
@click.option(
    "--data",
    type=click.Path(exists=True, path_type=Path),
    required=True,
    metavar="PICTURES",
    help="A folder with real and fake pictures in folders of those names, or a manifest.csv.",
)
@click.option(
    "--name", default="", help="Name of the new detector.  [default: DETECTOR-calibrated]"
)
@click.option("--replace", is_flag=True, help="Take the place of one with the same name.")
@click.option("--whole-picture", is_flag=True, help="The pictures are faces, already cut out.")
@click.option(
    "--method",
    type=click.Choice(["platt", "temperature"]),
    default="platt",
    show_default=True,
    help="A line with an offset, or through zero for few pictures.",
)
@options.real_error
@options.min_face
def calibrate(
    detector: str,
    data: Path,
    name: str,
    replace: bool,
    whole_picture: bool,
    method: str,
    real_error: float,
    min_face: int,
) -> None:
    """Fit probabilities and thresholds of DETECTOR to pictures like those you will show it.

    Use pictures it was not trained on, a hundred of each kind or more. The detector itself stays
    as it is; a copy with the new thresholds is installed beside it.
    """
    aims = Aims(real_error=real_error, min_face_pixels=min_face)
    request = Request(detector, data, name, whole_picture, method, aims)
    result = calibrated(request, replace, report=_progress)
    click.echo(summary(result), nl=False)


def summary(result: Recalibration) -> str:
    before, after = result.before, result.after
    lines = [
        f"{result.real} real and {result.fake} fake faces",
        f"{'':18}{'before':>8}{'after':>8}",
        *(f"{title:<18}{a:>8.3f}{b:>8.3f}" for title, a, b in _figures(before, after)),
        "",
        *(
            f"at {f.false_alarm_budget:.1%} false alarms: {f.found:.1%} of fakes found, "
            f"{f.coverage:.1%} answered, {f.firm_error:.1%} of those wrong"
            for f in result.firmness
        ),
        *result.caveats,
        f"Installed {result.spec.name}.",
    ]
    return "\n".join(lines) + "\n"


def _figures(before: Truth, after: Truth) -> list[tuple[str, float, float]]:
    """`after` comes from faces that each fit had not seen."""
    return [
        ("calibration error", before.calibration_error, after.calibration_error),
        ("Brier score", before.brier, after.brier),
        ("log loss", before.log_loss, after.log_loss),
    ]


def _progress(done: int, total: int) -> None:
    if done == total or done % 512 == 0:
        remark(f"{done} of {total} pictures")
