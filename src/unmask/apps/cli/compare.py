"""`unmask compare`: folders of several evaluations in, one table and two charts out."""

from __future__ import annotations

from pathlib import Path

import click

from unmask.evaluation import comparison, comparison_table

EXAMPLES = """
\b
Examples:
  unmask compare evaluations/fast-1.0.0 evaluations/accurate-1.0.0
  unmask compare runs/* --out comparison/

\b
Each folder holds the evaluation.json that `unmask evaluate` wrote, all on the same pictures.
The first is the one that the others are measured against.
"""


@click.command(epilog=EXAMPLES, short_help="Measure several side by side.")
@click.argument(
    "runs", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the table and the charts.")
@click.option("--resamples", type=click.IntRange(50), default=1000, show_default=True)
def compare(runs: tuple[Path, ...], out: Path | None, resamples: int) -> None:
    """Set the evaluations in RUNS side by side, with differences measured picture by picture."""
    result = comparison(runs, resamples)
    table = comparison_table(result)
    click.echo(table)
    if out:
        from unmask.evaluation.plots import contest

        drawn = [contest.by_set(result, out / "sets.png"), contest.cost(result, out / "cost.png")]
        images = "\n\n".join(f"![{path.stem}]({path.name})" for path in drawn)
        text = f"# Detectors side by side\n\n{table}\n\n{images}\n"
        (out / "README.md").write_text(text, encoding="utf-8")
        click.echo(f"\nReport: {out / 'README.md'}")
