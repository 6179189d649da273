"""`unmask cross`: detectors trained on different sets in, the matrix of training set against test set out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from unmask.apps.cli.evaluate import watch
from unmask.apps.cli.terminal import remark
from unmask.apps.cli.train import cut_faces, needs_keras, shown
from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Manifest, Split
from unmask.errors import ConfigError
from unmask.evaluation import matrix, matrix_table, open_subject, unseen_table, write_matrix
from unmask.evaluation.cross import ALL_BUT, AND, Matrix
from unmask.evaluation.measuring import chosen
from unmask.evaluation.scoring import score

EACH = "each"
EXAMPLES = """
\b
Examples:
  unmask cross --left-out each --data pictures/ --runs runs/ --config configs/fast.yaml
  unmask cross --left-out sd21+dfdc,stylegan+ffpp --data pictures/ --runs runs/ --config configs/fast.yaml
  unmask cross --train-sets ffpp,dfdc --test-sets ffpp,dfdc,sd21 --data pictures/ --runs runs/

\b
runs/ffpp is a run or a detector trained on ffpp alone; runs/without-sd21 one that was trained on
everything but sd21. With --config those that are missing are trained and exported first; stop at
any time, the same command goes on.
"""


@click.command(epilog=EXAMPLES, short_help="Measure across data sets.")
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--runs", required=True, type=click.Path(path_type=Path))
@click.option("--train-sets", default="", metavar="A,B", help="One row for each: trained on it.")
@click.option(
    "--left-out",
    default="",
    metavar="A,B",
    help="One row for each set or maker: all but it; A+B leaves out both. `each` stands for every "
    "set with fakes.",
)
@click.option("--test-sets", default="", metavar="A,B", help="The columns.  [default: all sets]")
@click.option(
    "--config", type=click.Path(path_type=Path), help="Train the rows that are missing with it."
)
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a value of it.")
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    default=Path("crops"),
    show_default=True,
    help="Where the cut faces are kept, or will be.",
)
@click.option("--out", type=click.Path(path_type=Path), default=Path("cross"), show_default=True)
@click.option("--whole-picture", is_flag=True, help="Take each picture as one face.")
@click.option("--no-stability", is_flag=True, help="Twice as fast, but not what ships.")
@click.option("--workers", type=click.IntRange(1, 256), default=2, show_default=True)
@click.option("--resamples", type=click.IntRange(50), default=1000, show_default=True)
def cross(
    data: Path,
    runs: Path,
    train_sets: str,
    left_out: str,
    test_sets: str,
    config: Path | None,
    changes: tuple[str, ...],
    store: Path,
    out: Path,
    whole_picture: bool,
    no_stability: bool,
    workers: int,
    resamples: int,
) -> None:
    """How does a detector do on sets it was not trained on?"""
    whole = read_folder(data)
    alone, without = _names(train_sets), _left_out(left_out, whole)
    if config:
        _train(_course(config, changes, data, store), runs, alone, without)
    folders = _rows(runs, alone, without)
    subjects = {
        row: open_subject(path, faces=not whole_picture, stability=not no_stability)
        for row, path in folders.items()
    }
    pictures = chosen(whole, Split.TEST, _names(test_sets))
    scored = {
        row: score(subject.analyzer, pictures, workers, watch(f"pictures with {row!r}"))
        for row, subject in subjects.items()
    }
    trained_on = {row: subject.spec.trained_on for row, subject in subjects.items()}
    _report(matrix(scored, trained_on, resamples), out)


def _report(result: Matrix, out: Path) -> None:
    table = "\n\n".join(filter(None, (matrix_table(result), unseen_table(result))))
    click.echo(table)
    write_matrix(out, result)
    text = "\n\n".join(
        filter(None, ("# Training sets against test sets", table, _drawn(result, out)))
    )
    (out / "README.md").write_text(f"{text}\n", encoding="utf-8")
    click.echo(f"\nReport: {out / 'README.md'}")


def _drawn(result: Matrix, out: Path) -> str:
    """The chart's place in the report, where there is anything to draw."""
    if not any("roc_auc" in cell.figures for cell in result.cells):
        remark(
            "Nothing could be ranked: the test sets hold real pictures or fakes alone. Add the others."
        )
        return ""
    from unmask.evaluation.plots import contest

    return f"![cross]({contest.heat(result, out / 'cross.png').name})"


def _course(file: Path, changes: tuple[str, ...], data: Path, store: Path) -> Any:
    """A store that is there is taken as it is; otherwise it is made of the pictures to measure on."""
    from unmask.training.config import load_config

    config = load_config(file, changes)
    needs_keras()
    from unmask.training.held_out import Course

    faces = cut_faces(store, () if store.is_dir() else (data,), None)
    return Course(config, faces, (data,), remark)


def _train(course: Any, runs: Path, alone: tuple[str, ...], without: tuple[str, ...]) -> None:
    """One run after the other, those that are there already left alone."""
    from unmask.training import held_out

    todo = {name: held_out.all_but((name,), course.store) for name in alone}
    todo |= {f"without-{name}": frozenset(name.split(AND)) for name in without}
    for name, out in todo.items():
        with shown(name) as report:
            held_out.without(out, runs / name, replace(course, report=report))


def _left_out(names: str, whole: Manifest) -> tuple[str, ...]:
    if names.strip() != EACH:
        return _names(names)
    from unmask.training.held_out import fake_sets

    return fake_sets(whole)


def _rows(runs: Path, alone: tuple[str, ...], without: tuple[str, ...]) -> dict[str, Path]:
    rows = {name: runs / name for name in alone}
    rows |= {f"{ALL_BUT}{name}": runs / f"without-{name}" for name in without}
    if not rows:
        raise ConfigError(
            "No rows were named. Give --train-sets or --left-out, with names of sets."
        )
    missing = [str(path) for path in rows.values() if not path.is_dir()]
    if missing:
        raise ConfigError(
            f"There is no run at {', '.join(missing)}. Name a configuration with --config and they "
            "are trained first."
        )
    return rows


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())
