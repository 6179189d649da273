"""`unmask serve`: an HTTP interface on this machine, and the API keys that open it to others."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from unmask.apps import settings as front
from unmask.errors import MissingExtra
from unmask.types import Limits

if TYPE_CHECKING:
    from unmask.apps.server.keys import Keys
    from unmask.apps.server.settings import ServerSettings

MEBI = 1024 * 1024
EPILOG = """
\b
Examples:
  unmask serve
  unmask serve keys add newsroom
  unmask serve --host 0.0.0.0 --fetch

\b
Then:
  curl --data-binary @portrait.jpg http://127.0.0.1:8000/v1/analyze
"""


def _state(given: Path | None) -> Path:
    if given:
        return given
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path("~/.local/state").expanduser()) / "unmask"


@click.group(invoke_without_command=True, epilog=EPILOG, short_help="Answer over HTTP.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("-d", "--detector", multiple=True, metavar="NAME", help="On offer; the first is used unless a request names another.")  # fmt: skip
@click.option("--whole-picture", is_flag=True, help="Take every picture as one face, already cut out.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that judge.  [default: one per core]")  # fmt: skip
@click.option("--state", type=click.Path(file_okay=False, path_type=Path), envvar="UNMASK_STATE", help="Private folder for keys and jobs.  [default: ~/.local/state/unmask]")  # fmt: skip
@click.option("--without-keys", is_flag=True, help="Serve everybody who can reach this address.")
@click.option("--fetch", is_flag=True, help="Fetch pictures from public addresses, and call webhooks.")  # fmt: skip
@click.option("--origin", multiple=True, metavar="ORIGIN", help="A web page's origin that may ask from a browser.")  # fmt: skip
@click.option("--name", "names", multiple=True, metavar="HOST", help="Answer to this host name only.")  # fmt: skip
@click.option("--trusted-proxy", multiple=True, metavar="IP", help="A proxy whose word about a client's address is taken.")  # fmt: skip
@click.option("--per-minute", type=click.IntRange(0), help="Requests a minute for each key and address; 0 for any.  [default: 600]")  # fmt: skip
@click.option("--queue", type=click.IntRange(1), help="Requests that may wait for a worker.  [default: 32]")  # fmt: skip
@click.option("--max-megabytes", type=click.IntRange(1, 200), help="The largest picture.  [default: 20]")  # fmt: skip
@click.option("--cache", type=click.IntRange(0), help="Answers that are remembered.  [default: 1000]")  # fmt: skip
@click.pass_context
def serve(context: click.Context, **options: Any) -> None:
    """Answer over HTTP, at this machine only unless told otherwise.

    Uploaded pictures stay in memory and are forgotten with the answer; those of a job are kept in
    the state folder until each is answered. With any API key made, every request needs one.
    """
    context.obj = _state(options["state"])
    if context.invoked_subcommand is None:
        _need_extra()
        from unmask.apps.server import run

        where = run.Where(options["host"], options["port"], options["trusted_proxy"])
        settings = _settings(context.obj, options)
        run.check(where, settings, options["without_keys"])
        run.run(where, settings)


@serve.group()
def keys() -> None:
    """Make, show and revoke API keys."""
    _need_extra()


@keys.command()
@click.argument("name")
@click.pass_obj
def add(state: Path, name: str) -> None:
    """Make a key called NAME and show it, this once."""
    key = _keys(state).add(name)
    click.echo(key)
    click.echo("Keep it: only its hash is stored. A running server takes it at once.", err=True)


@keys.command("list")
@click.pass_obj
def list_(state: Path) -> None:
    """Show the keys by name; never the keys themselves."""
    for key in _keys(state).all():
        click.echo(
            f"{key.name}\t{key.created}\t{f'revoked {key.revoked}' if key.revoked else 'valid'}"
        )


@keys.command()
@click.argument("name")
@click.pass_obj
def revoke(state: Path, name: str) -> None:
    """Refuse the key called NAME from now on."""
    _keys(state).revoke(name)
    click.echo(f"{name} is revoked.", err=True)


def _keys(state: Path) -> Keys:
    from unmask.apps.server.keys import Keys

    return Keys(state)


def _settings(state: Path, options: dict[str, Any]) -> ServerSettings:
    from unmask.apps.server.settings import RATES, ServerSettings, is_loopback
    from unmask.errors import ConfigError

    chosen = front.load(os.environ)
    if f"{chosen.false_alarm_rate:g}" not in RATES:
        raise ConfigError(
            f"false_alarm_rate is {chosen.false_alarm_rate:g}; the service offers {', '.join(RATES)}."
        )
    settings = ServerSettings(
        state=state,
        detectors=options["detector"] or chosen.detector,
        false_alarm_rate=chosen.false_alarm_rate,
        keys_required=False if options["without_keys"] else None,
        faces=not options["whole_picture"],
        fetch=options["fetch"],
        origins=options["origin"],
        hosts=options["names"],
    )
    if not settings.hosts and is_loopback(options["host"]):
        # A page elsewhere can point its own name at 127.0.0.1; it cannot claim one of these.
        settings = replace(settings, hosts=("localhost", "127.0.0.1", "::1", options["host"]))
    return _bounded(settings, options)


def _bounded(settings: ServerSettings, options: dict[str, Any]) -> ServerSettings:
    """What was said over what was not."""
    bounds = settings.bounds
    if options["max_megabytes"]:
        pictures = Limits(options["max_megabytes"] * MEBI, bounds.pictures.max_pixels)
        bounds = replace(bounds, pictures=pictures)
    if options["per_minute"] is not None:
        bounds = replace(bounds, per_minute=options["per_minute"])
    if options["queue"]:
        bounds = replace(bounds, waiting=options["queue"])
    said = {k: options[o] for k, o in (("workers", "workers"), ("cached_answers", "cache")) if options[o] is not None}  # fmt: skip
    return replace(settings, bounds=bounds, **said)


def _need_extra() -> None:
    try:
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        raise MissingExtra("The service", "serve") from None
