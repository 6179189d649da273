"""`unmask video`: a clip in, an answer for each person and for the clip out; reports where asked."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import FrameType

import click

from unmask import __version__
from unmask.apps.cli import exit_codes, options, papers
from unmask.apps.cli.papers import beside
from unmask.apps.cli.terminal import paint, remark
from unmask.errors import ConfigError
from unmask.reports.about import About
from unmask.video import Look, SamplePlan, VideoAnalysis, analyze_video
from unmask.video.report import html, words
from unmask.video.report.annotated import annotate
from unmask.video.report.data import to_json

EXAMPLES = """
\b
Examples:
  unmask video clip.mp4
  unmask video clip.mp4 --out report.html
  unmask video clip.mp4 --json | jq '.tracks[].verdict'
  unmask video talk.mkv --key-frames
  unmask video clip.mp4 --annotated seen.mp4
"""


@click.command(epilog=EXAMPLES, short_help="Is the face in this video real?")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@options.detector
@options.false_alarm_rate
@options.whole_picture
@click.option(
    "--out",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.html|.pdf|.json",
    help="Write the whole answer; may be given several times.",
)
@click.option(
    "--annotated",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.mp4",
    help="Write the clip with boxes, answers and scores.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option("--every", type=float, metavar="SECONDS", help="Look at a frame every so often.")
@click.option("--key-frames", is_flag=True, help="Look at key frames alone: much faster.")
@click.option("--max-frames", type=int, metavar="N", help="Look at no more frames.")
def video(
    file: Path,
    detector: tuple[str, ...],
    false_alarm_rate: float | None,
    whole_picture: bool,
    out: tuple[Path, ...],
    annotated: Path | None,
    as_json: bool,
    every: float | None,
    key_frames: bool,
    max_frames: int | None,
) -> None:
    """Is the face in this video real?

    FILE is any video of a common kind. Every person is followed through the clip and judged.
    Ctrl-C ends the reading; what came before is judged.
    """
    _check(out, annotated)
    plan = SamplePlan(every, max_frames, key_frames or None)
    settings = options.chosen(detector, false_alarm_rate)
    look = Look.open(
        *settings.detector, faces=not whole_picture, false_alarm_rate=settings.false_alarm_rate
    )
    with _interruptible() as stopped:
        analysis = _analyzed(file, look, plan, stopped)
    for path in out:
        _write(path, analysis, file)
    if annotated:
        _annotate(annotated, analysis, file)
    click.echo(json.dumps(to_json(analysis)) if as_json else words.text(analysis, str(file), paint))
    if stopped.is_set():
        raise click.exceptions.Exit(exit_codes.INTERRUPTED)


def _check(out: tuple[Path, ...], annotated: Path | None) -> None:
    """Refuses what cannot be written before any work is done."""
    for path in out:
        if path.suffix not in WRITERS:
            raise ConfigError(f"--out: {path.name!r} must end in {' or '.join(WRITERS)}.")
        if path.suffix == ".pdf":
            papers.pdf()
    if annotated and annotated.suffix != ".mp4":
        raise ConfigError(f"--annotated writes MP4: {annotated.name!r} must end in .mp4.")


def _analyzed(file: Path, look: Look, plan: SamplePlan, stopped: Event) -> VideoAnalysis:
    with click.progressbar(length=1000, file=sys.stderr, label="Looking") as bar:

        def progress(now: float, end: float | None) -> bool:
            if end:
                bar.update(max(round(1000 * min(now / end, 1)) - bar.pos, 0))
            return not stopped.is_set()

        return analyze_video(file, look, plan, progress=progress)


@contextmanager
def _interruptible() -> Iterator[Event]:
    """The first Ctrl-C asks for an end, the second one is the usual one."""
    stopped = Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()
        remark("Stopping: judging what was read.")

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


def _write(path: Path, analysis: VideoAnalysis, file: Path) -> None:
    about = About(file.name, datetime.now(UTC), f"unmask {__version__}")
    beside(path).write_bytes(WRITERS[path.suffix](analysis, about))
    beside(path).replace(path)


def _annotate(path: Path, analysis: VideoAnalysis, file: Path) -> None:
    with click.progressbar(length=1000, file=sys.stderr, label="Drawing") as bar:

        def progress(now: float) -> None:
            bar.update(max(round(1000 * min(now / max(analysis.seconds, 0.1), 1)) - bar.pos, 0))

        annotate(file, analysis, beside(path), progress=progress)
    beside(path).replace(path)


def _html(analysis: VideoAnalysis, about: About) -> bytes:
    return html.render(analysis, about).encode("utf-8", "backslashreplace")


def _json(analysis: VideoAnalysis, about: About) -> bytes:
    return (json.dumps({"name": about.name, **to_json(analysis)}, indent=2) + "\n").encode()


def _pdf(analysis: VideoAnalysis, about: About) -> bytes:
    from unmask.video.report import pdf

    return pdf.render(analysis, about)


WRITERS = {".html": _html, ".pdf": _pdf, ".json": _json}
