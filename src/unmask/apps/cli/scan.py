"""`unmask scan`: a folder of any size in, a table of answers out, resumable after any end."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import click

from unmask.apps.cli import exit_codes, options
from unmask.apps.cli.progress import Progress, span
from unmask.apps.cli.terminal import complain, paint, remark
from unmask.batch.journal import Row
from unmask.batch.local import Plan, Scan
from unmask.batch.rows import label_or_error
from unmask.batch.summary import Summary
from unmask.batch.task import Settings
from unmask.reports.text import Style, printable
from unmask.reports.wording import heading
from unmask.types import Label

WATCH_SECONDS = 2.0
STYLES = {Label.FAKE: Style.BAD, Label.INCONCLUSIVE: Style.UNSURE, Label.REAL: Style.GOOD}

EXAMPLES = """
\b
Examples:
  unmask scan pictures/ --out results.csv
  unmask scan pictures/ --out results.parquet --workers 4
  unmask scan incoming/ --out results.jsonl --watch

\b
A scan that was stopped, killed or cut off goes on where it was when it is
run again. Columns, and what may stand in them: docs/guides/command-line.md
"""


@click.command(epilog=EXAMPLES, short_help="Check a folder of any size, on all cores.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the answers go: a name in .csv, .jsonl or .parquet.",
)
@options.detector
@options.false_alarm_rate
@options.whole_picture
@click.option("--no-stability", is_flag=True, help="Faster: do not test whether answers hold.")
@click.option("--all", "every_file", is_flag=True, help="Try every file, whatever its name.")
@click.option(
    "--workers", type=click.IntRange(1, 1024), metavar="N", help="Processes.  [default: all cores]"
)
@click.option("--watch", is_flag=True, help="Keep looking for new pictures until Ctrl-C.")
@click.option("--restart", is_flag=True, help="Throw away the answers in FILE and begin anew.")
def scan(
    folder: Path,
    out: Path,
    detector: tuple[str, ...],
    false_alarm_rate: float | None,
    whole_picture: bool,
    no_stability: bool,
    every_file: bool,
    workers: int | None,
    watch: bool,
    restart: bool,
) -> None:
    """Check every picture in FOLDER and below it."""
    chosen = options.chosen(detector, false_alarm_rate)
    settings = Settings(
        detectors=chosen.detector,
        false_alarm_rate=chosen.false_alarm_rate,
        whole_picture=whole_picture,
        stability=not no_stability,
        limits=chosen.limits,
    )
    settled = WATCH_SECONDS if watch else 0.0
    plan = Plan(folder, out, every_file, workers or 0, settled_for=settled)
    with Scan(plan, settings, restart) as opened:
        _greet(opened.summary, plan)
        began = time.monotonic()
        try:
            _first_pass(opened)
            if watch:
                _watch(opened, plan)
        except KeyboardInterrupt:
            _stopped(opened, plan, watch)
        _tell(opened.summary, plan, time.monotonic() - began)


def _greet(summary: Summary, plan: Plan) -> None:
    if summary.total:
        answers = "1 answer is" if summary.total == 1 else f"{summary.total:,} answers are"
        remark(f"Going on: {answers} in {printable(str(plan.journal))} already.")


def _watch(opened: Scan, plan: Plan) -> None:
    remark("Watching for new pictures; Ctrl-C ends it.")
    while True:
        time.sleep(WATCH_SECONDS)
        before = opened.summary.total
        if new := opened.run().total - before:
            remark(f"{new:,} new; {opened.summary.total:,} answers in {printable(str(plan.out))}")


def _first_pass(opened: Scan) -> None:
    """The folder is counted in the background while answers come already."""
    progress = Progress()

    def heard(row: Row) -> None:
        progress.step(ok=label_or_error(row)[1] is None)

    def count() -> None:
        progress.total = opened.count_waiting()

    threading.Thread(target=count, daemon=True).start()
    try:
        opened.run(heard)
    finally:
        progress.close()


def _tell(summary: Summary, plan: Plan, seconds: float) -> None:
    for line in _lines(summary, plan, seconds):
        click.echo(line)
    for name, why in summary.first_skipped:
        complain(f"{name} could not be looked into: {why}")
    if summary.skipped > len(summary.first_skipped):
        complain(f"... and {summary.skipped - len(summary.first_skipped):,} more.")


def _lines(summary: Summary, plan: Plan, seconds: float) -> list[str]:
    if not summary.total:
        return [f"No picture was found in {printable(str(plan.folder))}."]
    rate = f", {summary.answered_now / seconds:,.0f} a second" if summary.answered_now else ""
    files = "1 file" if summary.total == 1 else f"{summary.total:,} files"
    lines = [f"{files}; {summary.answered_now:,} now, in {span(seconds)}{rate}."]
    for label, style in STYLES.items():
        count = f"{summary.labels[label]:>12,}"
        lines.append(f"{count}  {paint(heading(label).lower(), style)}")
    if summary.errors:
        kinds = ", ".join(f"{code}: {n:,}" for code, n in summary.errors.most_common())
        lines.append(f"{summary.errors.total():>12,}  without an answer ({kinds})")
    return [*lines, f"Answers: {printable(str(plan.out))}"]


def _stopped(opened: Scan, plan: Plan, watch: bool) -> None:
    """Ctrl-C is how watching ends; anything else it ends too early."""
    total, journal = opened.summary.total, printable(str(plan.journal))
    answers = "1 answer is" if total == 1 else f"{total:,} answers are"
    remark(f"Stopped. {answers} safe in {journal}.")
    if watch:
        opened.publish()
        return
    remark("Run the same command again to go on.")
    raise click.exceptions.Exit(exit_codes.INTERRUPTED)
