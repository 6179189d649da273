"""unmask train: pictures and a configuration in, a run folder out."""

from __future__ import annotations

from pathlib import Path

import click

from unmask.errors import MissingExtra


@click.command()
@click.option("--config", "config_file", type=click.Path(path_type=Path), required=True, help="One of configs/*.yaml.")
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change one value; dots reach inside.")
@click.option("--data", multiple=True, type=click.Path(path_type=Path), help="A folder of pictures or a manifest; repeat for more.")
@click.option("--store", type=click.Path(path_type=Path), default=Path("crops"), show_default=True, help="Where cut faces are kept.")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="The run folder [default: runs/NAME].")
def train(config_file, changes, data, store, out) -> None:
    """Train a detector; run the same command again to go on after a stop."""
    try:
        from unmask.training.loop import train as start
    except ImportError as error:
        if isinstance(error, MissingExtra):
            raise
        raise MissingExtra("Training", "train") from None
    from unmask.training.config import load_config
    from unmask.training.crop_store import CropStore

    config = load_config(config_file, changes)
    with click.progressbar(length=1, label="steps", show_pos=True) as bar:

        def report(step: int, steps: int, loss: float) -> None:
            bar.length = steps
            bar.label = f"loss {loss:.3f}"
            bar.update(step + 1 - bar.pos)

        folder = start(config, CropStore(store), out or Path("runs") / config.name, report)
    click.echo(f"The run lies in {folder.path}.")
