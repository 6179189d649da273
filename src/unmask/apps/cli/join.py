"""`unmask join`: detectors in, one detector out that answers with the mean of what they say."""

from __future__ import annotations

from pathlib import Path

import click

from unmask.apps.cli import options
from unmask.apps.cli.export import detector_lines
from unmask.apps.cli.terminal import remark


@click.command(short_help="Make one detector of several.")
@click.argument("detectors", nargs=-1, required=True, metavar="DETECTOR...")
@options.labelled("a Validation split")
@options.strangers
@options.out_folder
@click.option("--name", required=True, help="Name of the joint detector.")
@options.version
@options.real_error
@options.min_face
@options.finder
def join(
    detectors: tuple[str, ...],
    data: tuple[Path, ...],
    strangers: tuple[Path, ...],
    out: Path,
    name: str,
    version: str,
    real_error: float,
    min_face: int,
    finder: Path | None,
) -> None:
    """Put the networks of several detectors (names or folders) into one graph that gives the mean
    of their log odds, calibrate it on the Validation pictures and write it below --out.

    Unlike several --detector, which are firm only where each of them is, a joint detector has
    thresholds of its own. The whole report is written to OUT/join.json.
    """
    from unmask import catalogue
    from unmask.evaluation.operating_points import Aims
    from unmask.training.export import Places, Plan
    from unmask.training.joining import join_detectors

    plan = Plan(name, version, aims=Aims(real_error=real_error, min_face_pixels=min_face))
    material = Places(data, strangers, finder).material()
    report = join_detectors(
        [catalogue.folder(d) for d in detectors], plan, material, out, say=remark
    )
    click.echo(summary(report), nl=False)


def summary(report: dict) -> str:
    like = report["likeness"]
    told = (
        f"beside its members asked one by one: log odds {like['mean_difference']:.2g} apart on average, "
        f"correlation {like['correlation']:.4f}"
    )
    return "\n".join([told, *detector_lines(report["detectors"])]) + "\n"
