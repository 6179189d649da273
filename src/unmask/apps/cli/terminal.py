"""Text in, text as the terminal may show it out: colour only where someone sees it and wants it."""

from __future__ import annotations

import os
import sys
from typing import TextIO

import click

from unmask.reports.text import Style, printable

COLOURS = {
    Style.GOOD: {"fg": "green", "bold": True},
    Style.BAD: {"fg": "red", "bold": True},
    Style.UNSURE: {"fg": "yellow", "bold": True},
    Style.FAINT: {"dim": True},
}


def coloured(stream: TextIO) -> bool:
    """Respects https://no-color.org, pipes and terminals that know no colour."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def paint(text: str, style: Style) -> str:
    return click.style(text, **COLOURS[style]) if coloured(sys.stdout) else text


def complain(message: str) -> None:
    """One error on standard error; control characters inside it stay harmless."""
    mark = "Error:"
    if coloured(sys.stderr):
        mark = click.style(mark, fg="red", bold=True)
    lines = (printable(line) for line in message.splitlines())
    click.echo(f"{mark} " + "\n".join(lines), err=True)


def remark(message: str) -> None:
    """Something worth knowing beside the answer, on standard error."""
    click.echo(message, err=True)
