"""`unmask export`: a training run in, calibrated detector folders out, with a report of what was measured."""

from __future__ import annotations

from pathlib import Path

import click

from unmask.apps.cli import options
from unmask.apps.cli.terminal import remark


@click.command(short_help="Make a detector folder from a run.")
@click.argument("run", type=click.Path(file_okay=False, path_type=Path))
@options.labelled("Train and Validation splits")
@options.strangers
@options.out_folder
@click.option("--name", default="", help="Name of the detector.  [default: that of the run]")
@options.version
@click.option("--licence", default="MIT", show_default=True, help="Terms of the weights.")
@click.option("--checkpoint", default="", help="File in RUN.  [default: best.keras]")
@click.option(
    "--half/--full", default=True, show_default=True, help="Store weights in 16 bits or in 32."
)
@click.option("--int8/--no-int8", default=True, show_default=True)
@click.option("--litert", is_flag=True, help="Write a LiteRT file beside the folders.")
@options.real_error
@options.min_face
@options.finder
def export(
    run: Path,
    data: tuple[Path, ...],
    strangers: tuple[Path, ...],
    out: Path,
    name: str,
    version: str,
    licence: str,
    checkpoint: str,
    half: bool,
    int8: bool,
    litert: bool,
    real_error: float,
    min_face: int,
    finder: Path | None,
) -> None:
    """Convert the best weights of RUN, prove them against Keras, calibrate them on the
    Validation pictures and write detector folders below --out: float32 and its int8 twin.

    The whole report is written to OUT/export.json.
    """
    from unmask.evaluation.operating_points import Aims
    from unmask.training.export import Places, Plan, export_folder

    plan = Plan(
        name=name,
        version=version,
        licence=licence,
        aims=Aims(real_error=real_error, min_face_pixels=min_face),
        half=half,
        int8=int8,
        litert=litert,
        checkpoint=checkpoint,
    )
    report = export_folder(run, plan, Places(data, strangers, finder), out, say=remark)
    click.echo(summary(report), nl=False)


def summary(report: dict) -> str:
    """The lines one decides by."""
    lines = [
        f"parity: at most {max(report['parity'][k] for k in ('logit', 'answer')):.2g} off Keras"
    ]
    if "half" in report:
        lines.append(f"weights in 16 bits: logits move by at most {report['half']:.2g}")
    lines += detector_lines(report["detectors"])
    for name, factor in report["speed"]["times_faster_than_keras"].items():
        lines.append(f"{name}: {factor:.0f} times as fast as Keras predict, one face at a time")
    return "\n".join([*lines, "", report["speed"]["table"]])


def detector_lines(detectors: dict) -> list[str]:
    """What the validation faces said about each detector that was made."""
    lines = []
    for name, made in detectors.items():
        lines.append(
            f"{name}: {made['bytes'] / 1e6:.1f} MB, ROC-AUC {made['after']['roc_auc']:.3f}, calibration "
            f"error {made['before']['calibration_error']:.3f} -> {made['after']['calibration_error']:.3f}, "
            f"Brier {made['before']['brier']:.3f} -> {made['after']['brier']:.3f}"
        )
        lines += [
            f"  at {f['false_alarm_budget']:.1%} false alarms: {f['found']:.1%} of fakes found, "
            f"{f['coverage']:.1%} answered, {f['firm_error']:.1%} of those wrong"
            for f in made["firmness"]
        ]
        lines += [f"  {caveat}" for caveat in made["caveats"]]
    return lines
