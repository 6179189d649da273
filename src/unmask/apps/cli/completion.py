"""`unmask completion`: the name of a shell in, its completion script out."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from unmask.errors import ConfigError

SHELLS = ("bash", "zsh", "fish")

EXAMPLES = """
\b
Examples:
  unmask completion bash >> ~/.bashrc
  unmask completion zsh >> ~/.zshrc
  unmask completion fish > ~/.config/fish/completions/unmask.fish
"""


@click.command(epilog=EXAMPLES, short_help="Print the shell completion.")
@click.argument("shell", required=False, type=click.Choice(SHELLS))
def completion(shell: str | None) -> None:
    """Print the completion of commands, options and detector names for SHELL.

    Without SHELL the one in use is taken.
    """
    from unmask.apps.cli.main import cli

    name = shell or _in_use()
    made = get_completion_class(name)
    if made is None:
        raise ConfigError(f"No completion is known for {name!r}. Choose {', '.join(SHELLS)}.")
    click.echo(made(cli, {}, "unmask", "_UNMASK_COMPLETE").source())


def _in_use() -> str:
    name = Path(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        raise ConfigError(
            f"The shell in use is {name or 'unknown'!r}. Name one of {', '.join(SHELLS)}."
        )
    return name
