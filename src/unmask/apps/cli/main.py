"""Arguments in, exit code out: collects the commands by name and turns every error into a plain message."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import TextIO

import click
from click.shell_completion import CompletionItem

from unmask import __version__
from unmask.apps.cli import exit_codes
from unmask.apps.cli.terminal import complain
from unmask.errors import UnmaskError

COMMANDS = {
    "check": "Is the face in this picture real?",
    "scan": "Check a folder of any size, on all cores.",
    "video": "Is the face in this video real?",
    "live": "Watch a camera or a stream.",
    "detectors": "List, verify and install detectors.",
    "doctor": "Look over this installation.",
    "completion": "Print the shell completion.",
    "serve": "Answer over HTTP.",
    "app": "Open the page to drop pictures on.",
    "gradio": "Open the Gradio page.",
    "data": "Look over a data set before training.",
    "train": "Train a detector.",
    "calibrate": "Make its probabilities true.",
    "export": "Make a detector folder from a run.",
    "join": "Make one detector of several.",
    "evaluate": "Measure a detector.",
    "compare": "Measure several side by side.",
    "cross": "Measure across data sets.",
}
"""Each command is the object of its name in the module of its name; a line here says what it does."""

HELP = """Is this face real? An honest answer about a picture, with evidence.

\b
  unmask check portrait.jpg
  unmask check https://example.org/portrait.jpg --json
  unmask scan pictures/ --out results.csv
  unmask doctor

Pictures never leave this machine.
"""


class Commands(click.Group):
    """Imports a command only when it is called: `check` does not wait for `train`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"{__package__}.{name}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            for near in get_close_matches(args[0], COMMANDS, 1):
                error.message += f" Did you mean {near!r}?"
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        found = [CompletionItem(name, help=COMMANDS[name]) for name in names]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> object:
        """Caught here, before click makes an ordinary error of it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise click.exceptions.Exit(exit_codes.READER_GONE) from None


@click.command(cls=Commands, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="unmask")
def cli() -> None:
    pass


def run(arguments: Sequence[str]) -> int:
    """Runs one command line; what it raises becomes a message and an exit code, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(list(arguments), prog_name="unmask", standalone_mode=False) or 0
        sys.stdout.flush()
    except BrokenPipeError:
        code = exit_codes.READER_GONE
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        complain("Stopped.")
        code = exit_codes.INTERRUPTED
    except (UnmaskError, OSError) as error:
        complain(_said(error))
        code = exit_codes.exit_code(error)
    except Exception as error:
        code = _fault(error)
    if code == exit_codes.READER_GONE:
        _silence(sys.stdout)
    return code


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and not isinstance(error, UnmaskError):
        return f"{error.filename or 'A file'}: {error.strerror or error}."
    return str(error)


def _fault(error: Exception) -> int:
    """Ours, not the user's: says how to report it; the traceback comes when it is asked for."""
    if os.environ.get("UNMASK_TRACEBACK"):
        raise error
    complain(
        f"Something went wrong inside unmask ({type(error).__name__}: {error}).\n"
        "Please report it with the output of `unmask doctor` and of the same command "
        "run with UNMASK_TRACEBACK=1 in the environment."
    )
    return exit_codes.FAULT


def _silence(stream: TextIO) -> None:
    """Nobody reads any more: what is still buffered must not raise when Python ends."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
