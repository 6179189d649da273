"""`unmask check`: pictures in, for each a short answer, and a heat map, report or JSON where asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from unmask import catalogue
from unmask.analyzer import Analyzer, read_file
from unmask.apps.cli import exit_codes, options
from unmask.apps.cli.terminal import complain, paint
from unmask.apps.settings import Settings
from unmask.errors import ConfigError, UnmaskError
from unmask.reports import text
from unmask.reports.schema import outcome_to_json
from unmask.types import Analysis, Failure, Limits, Outcome, Pixels

EXAMPLES = """
\b
Examples:
  unmask check portrait.jpg
  unmask check *.jpg --json | jq .analysis.verdict
  curl -s https://example.org/a.jpg | unmask check -
  unmask check portrait.jpg --heatmap where.png --report portrait.html
  unmask check portrait.jpg --detector accurate

\b
Exit codes:
"""
CODES = "".join(f"  {code:>3}  {meaning}\n" for code, meaning in exit_codes.table())


@dataclass(frozen=True)
class Papers:
    """What is written beside the answer."""

    heatmap: Path | None
    report: Path | None

    def check(self, pictures: Sequence[str]) -> None:
        """Refuses what cannot be written before any work is done."""
        if self.wanted and len(pictures) > 1:
            raise ConfigError("--heatmap and --report take one picture at a time.")
        if self.heatmap and self.heatmap.suffix != ".png":
            raise ConfigError(f"--heatmap writes PNG: {self.heatmap.name!r} must end in .png.")
        if self.report and self.report.suffix not in (".html", ".pdf"):
            raise ConfigError(f"--report: {self.report.name!r} must end in .html or .pdf.")
        if self.report and self.report.suffix == ".pdf":
            from unmask.apps.cli import papers

            papers.pdf()

    @property
    def wanted(self) -> bool:
        return bool(self.heatmap or self.report)

    def write(self, analysis: Analysis, pixels: Pixels, name: str) -> None:
        from unmask.apps.cli import papers

        if self.heatmap:
            papers.write_heatmap(self.heatmap, analysis, pixels)
        if self.report:
            papers.write_report(self.report, analysis, pixels, name)


@click.command(epilog=EXAMPLES + CODES, short_help="Is the face in this picture real?")
@click.argument("pictures", nargs=-1, required=True, type=click.Path(), metavar="PICTURE...")
@options.detector
@options.false_alarm_rate
@options.whole_picture
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each picture.")
@click.option(
    "--heatmap",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.png",
    help="Show where the detector looked.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.html|.pdf",
    help="Write the whole answer as a page.",
)
def check(
    pictures: tuple[str, ...],
    detector: tuple[str, ...],
    false_alarm_rate: float | None,
    whole_picture: bool,
    as_json: bool,
    heatmap: Path | None,
    report: Path | None,
) -> None:
    """Is the face in this picture real?

    PICTURE is a file, an http or https address, or - for standard input. The answer is authentic,
    likely fake, or inconclusive: then the detector cannot tell, and says why.
    """
    papers = Papers(heatmap, report)
    papers.check(pictures)
    desk = _Desk(options.chosen(detector, false_alarm_rate), whole_picture, papers, as_json)
    codes = [desk.answer(name, number) for number, name in enumerate(pictures)]
    raise click.exceptions.Exit(next((code for code in codes if code), exit_codes.ANSWERED))


class _Desk:
    """Answers one picture after the other; one that fails does not keep the rest waiting."""

    def __init__(
        self, settings: Settings, whole_picture: bool, papers: Papers, as_json: bool
    ) -> None:
        self._limits, self._papers, self._as_json = settings.limits, papers, as_json
        specs = [catalogue.describe(name) for name in settings.detector]
        self._cannot_judge = [(spec.name, spec.cannot_judge) for spec in specs]
        self._analyzer = Analyzer(
            settings.detector,
            false_alarm_rate=settings.false_alarm_rate,
            faces=not whole_picture,
            limits=settings.limits,
        )

    def answer(self, name: str, number: int) -> int:
        """The exit code for this picture."""
        try:
            data = _bytes(name, self._limits)
            analysis = self._analyzer.analyze(data)
        except UnmaskError as error:
            self._refuse(name, error)
            return exit_codes.exit_code(error)
        if self._as_json:
            click.echo(json.dumps(outcome_to_json(Outcome(name, analysis=analysis))))
        else:
            click.echo("\n" * (number > 0) + self._text(analysis, name))
        if self._papers.wanted:
            self._papers.write(analysis, self._analyzer.pixels(data), name)
        return exit_codes.ANSWERED

    def _refuse(self, name: str, error: UnmaskError) -> None:
        if self._as_json:
            failure = Failure(error.code, str(error))
            click.echo(json.dumps(outcome_to_json(Outcome(name, failure=failure))))
        complain(str(error) if name in str(error) else f"{name}: {error}")

    def _text(self, analysis: Analysis, name: str) -> str:
        lines = [text.render(analysis, name, paint).rstrip("\n")]
        for detector, cases in self._cannot_judge:
            told = text.cannot_judge(detector, cases)
            lines += [paint(line, text.Style.FAINT) for line in told]
        return "\n".join(lines)


def _bytes(name: str, limits: Limits) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(limits.max_bytes + 1)
    if "://" in name[:12]:
        from unmask.apps.fetch import fetch

        return fetch(name, limits)
    return read_file(Path(name), limits)
