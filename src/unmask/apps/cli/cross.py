"""`unmask cross`: detectors trained on different sets in, the matrix of training set against test set out."""

from __future__ import annotations

from pathlib import Path

import click

from unmask.apps.cli.evaluate import watch
from unmask.dataset.layouts import read_folder
from unmask.dataset.manifest import Split
from unmask.errors import ConfigError
from unmask.evaluation import matrix, matrix_table, open_subject, write_matrix
from unmask.evaluation.measuring import chosen
from unmask.evaluation.scoring import score

EXAMPLES = """
\b
Examples:
  unmask cross --train-sets ffpp,dfdc --test-sets ffpp,dfdc,sd21 --data pictures/ --runs runs/
  unmask cross --left-out sd21,t2i --data pictures/ --runs runs/

\b
runs/ffpp is a run or a detector trained on ffpp alone; runs/without-sd21 one that was
trained on everything but sd21. To train one:
  unmask train --config configs/fast.yaml --set data.leave_out=[sd21] --out runs/without-sd21
"""


@click.command(epilog=EXAMPLES, short_help="Measure across data sets.")
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--runs", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--train-sets", default="", metavar="A,B", help="One row for each: trained on it.")
@click.option("--left-out", default="", metavar="A,B", help="One row for each: all but it.")
@click.option("--test-sets", default="", metavar="A,B", help="The columns.  [default: all sets]")
@click.option("--out", type=click.Path(path_type=Path), default=Path("cross"), show_default=True)
@click.option("--whole-picture", is_flag=True, help="Take each picture as one face.")
@click.option("--workers", type=click.IntRange(1, 256), default=2, show_default=True)
@click.option("--resamples", type=click.IntRange(50), default=1000, show_default=True)
def cross(
    data: Path,
    runs: Path,
    train_sets: str,
    left_out: str,
    test_sets: str,
    out: Path,
    whole_picture: bool,
    workers: int,
    resamples: int,
) -> None:
    """How does a detector do on sets it was not trained on?"""
    folders = _rows(runs, _names(train_sets), _names(left_out))
    subjects = {row: open_subject(path, faces=not whole_picture) for row, path in folders.items()}
    pictures = chosen(read_folder(data), Split.TEST, _names(test_sets))
    scored = {
        row: score(subject.analyzer, pictures, workers, watch(f"pictures with {row!r}"))
        for row, subject in subjects.items()
    }
    trained_on = {row: subject.spec.trained_on for row, subject in subjects.items()}
    result = matrix(scored, trained_on, resamples)
    table = matrix_table(result)
    click.echo(table)
    write_matrix(out, result)
    from unmask.evaluation.plots import contest

    image = contest.heat(result, out / "cross.png")
    text = f"# Training sets against test sets\n\n{table}\n\n![cross]({image.name})\n"
    (out / "README.md").write_text(text, encoding="utf-8")
    click.echo(f"\nReport: {out / 'README.md'}")


def _rows(runs: Path, alone: tuple[str, ...], without: tuple[str, ...]) -> dict[str, Path]:
    rows = {name: runs / name for name in alone}
    rows |= {f"all but {name}": runs / f"without-{name}" for name in without}
    if not rows:
        raise ConfigError(
            "No rows were named. Give --train-sets or --left-out, with names of sets."
        )
    missing = [str(path) for path in rows.values() if not path.is_dir()]
    if missing:
        raise ConfigError(
            f"There is no run at {', '.join(missing)}. Train it first: `unmask cross --help` shows how."
        )
    return rows


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())
