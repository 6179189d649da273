"""`unmask evaluate`: a detector and pictures with known answers in, every figure, plot and the model card out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from unmask.apps.cli.progress import Progress
from unmask.apps.cli.terminal import remark
from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Manifest, Split
from unmask.evaluation import (
    FEW_PER_CLASS,
    GRID,
    PER_CLASS,
    SHORT,
    Measurement,
    Plan,
    Settings,
    Subject,
    measure,
    model_card,
    open_subject,
    read_evaluation,
    read_matrix,
    read_sources,
    write,
)
from unmask.evaluation.card import Background
from unmask.evaluation.sections import headlines

GRIDS = {"short": (SHORT, FEW_PER_CLASS), "full": (GRID, PER_CLASS)}
SPLITS = tuple(split.value for split in Split if split.value)

EXAMPLES = """
\b
Examples:
  unmask evaluate fast --data pictures/
  unmask evaluate fast --data pictures/ --robustness --shortcuts
  unmask evaluate runs/fast --data pictures/ --card --recipe runs/fast/config.json

\b
What each figure means: docs/guides/evaluation.md
"""
FILE = click.Path(exists=True, path_type=Path)


@click.command(epilog=EXAMPLES, short_help="Measure a detector.")
@click.argument("detector_or_run", metavar="DETECTOR_OR_RUN")
@click.option("--data", required=True, type=FILE, help="A folder of pictures or a manifest.")
@click.option("--split", type=click.Choice(SPLITS), default="test", show_default=True)
@click.option("--set", "sets", multiple=True, metavar="NAME", help="Only these sets; repeat.")
@click.option("--out", type=click.Path(path_type=Path), help="[default: evaluations/NAME-VERSION]")
@click.option("--false-alarm-rate", type=float, default=0.01, show_default=True)
@click.option(
    "--robustness",
    is_flag=False,
    flag_value="full",
    type=click.Choice(tuple(GRIDS)),
    help="Damage the pictures and judge them again; `short`: fewer strengths and pictures.",
)
@click.option("--shortcuts", is_flag=True, help="How far would size, JPEG and colour alone get?")
@click.option(
    "--card", is_flag=True, help="Write the model card, README.md of the detector folder."
)
@click.option("--sources", type=FILE, help="JSON: what each set is, and its terms; for the card.")
@click.option("--recipe", type=FILE, help="The training configuration; for the card.")
@click.option("--left-out", type=FILE, help="A cross.json with makers left out; for the card.")
@click.option(
    "--elsewhere", type=FILE, help="Another evaluation of it, on sets from elsewhere; for the card."
)
@click.option("--notes", type=FILE, help="Markdown on known failures and reasons; for the card.")
@click.option("--whole-picture", is_flag=True, help="Take each picture as one face.")
@click.option("--no-stability", is_flag=True, help="Faster, but not what ships.")
@click.option("--no-plots", is_flag=True, help="Figures only; needs no matplotlib.")
@click.option("--workers", type=click.IntRange(1, 256), default=2, show_default=True)
@click.option("--resamples", type=click.IntRange(50), default=1000, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the resampling.")
def evaluate(
    detector_or_run: str,
    data: Path,
    split: str,
    sets: tuple[str, ...],
    out: Path | None,
    false_alarm_rate: float,
    robustness: str | None,
    shortcuts: bool,
    card: bool,
    whole_picture: bool,
    no_stability: bool,
    no_plots: bool,
    workers: int,
    resamples: int,
    seed: int,
    **for_card: Path | None,
) -> None:
    """Measure DETECTOR_OR_RUN, a name, a detector folder or a run, on pictures with known answers."""
    subject = open_subject(
        detector_or_run, false_alarm_rate, not whole_picture, stability=not no_stability
    )
    whole = read_folder(data)
    grid, per_class = GRIDS[robustness] if robustness else ((), 0)
    plan = Plan(
        split=Split(split),
        sets=sets,
        grid=grid,
        per_class=per_class,
        shortcuts=shortcuts,
        workers=workers,
        settings=Settings(resamples, seed),
    )
    found = measure(subject, whole, plan, watch)
    folder = out or Path("evaluations") / f"{subject.spec.name}-{subject.spec.version}"
    report = write(folder, found, plots=not no_plots)
    click.echo(f"{headlines(found.result)}\n\nReport: {report}")
    if card:
        background = _background(whole, **for_card)
        click.echo(f"Model card: {_write_card(subject, found, background)}")


def watch(title: str) -> Callable[[int, int], None]:
    """One progress line for each stretch of work; it ends with the stretch."""
    remark(f"Scoring {title} ...")
    line = Progress()

    def step(done: int, total: int) -> None:
        nonlocal line
        if done == 1:
            line = Progress()
        line.total = total
        line.step(ok=True)
        if done == total:
            line.close()

    return step


def _background(
    whole: Manifest,
    *,
    sources: Path | None,
    recipe: Path | None,
    left_out: Path | None,
    elsewhere: Path | None,
    notes: Path | None,
) -> Background:
    return Background(
        sources=read_sources(sources) if sources else {},
        pictures=whole,
        recipe=recipe.read_text(encoding="utf-8") if recipe else "",
        left_out=read_matrix(left_out) if left_out else None,
        elsewhere=read_evaluation(elsewhere) if elsewhere else None,
        notes=notes.read_text(encoding="utf-8") if notes else "",
    )


def _write_card(subject: Subject, found: Measurement, background: Background) -> Path:
    path = subject.folder / "README.md"
    path.write_text(model_card(subject.spec, found.result, background), encoding="utf-8")
    return path
