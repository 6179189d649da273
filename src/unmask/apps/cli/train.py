"""unmask train: pictures and a configuration in, a run folder out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click

from unmask.apps.cli.progress import Progress
from unmask.errors import ConfigError, MissingExtra

PATH = click.Path(path_type=Path)


@click.command()
@click.option("--config", "file", type=PATH, required=True, help="One of configs/*.yaml.")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a value; dots reach inside: data.margin=1.5",
)
@click.option(
    "--data",
    multiple=True,
    type=PATH,
    help="A folder of pictures or a manifest.csv; repeat for more.",
)
@click.option(
    "--store",
    type=PATH,
    default=Path("crops"),
    show_default=True,
    help="Where the cut faces are kept.",
)
@click.option(
    "--finder",
    type=PATH,
    default=None,
    help="A face finder's folder [default: the one that ships].",
)
@click.option("--out", type=PATH, default=None, help="The run folder [default: runs/NAME].")
@click.option(
    "--contact-sheet",
    "sheet",
    type=PATH,
    default=None,
    help="Draw what the network would see to this PNG, and stop.",
)
def train(file, changes, data, store, finder, out, sheet) -> None:
    """Train a detector. The same command again goes on where a stopped run was.

    \b
      unmask train --config configs/fast.yaml --data sets/ --set seed=3
    """
    from unmask.training.config import load_config

    config = load_config(file, changes)
    faces = cut_faces(store, data, finder)
    if sheet:
        _draw(config, store, sheet)
        return
    needs_keras()
    from unmask.training.loop import train as start

    with shown() as report:
        folder = start(config, faces, out or Path("runs") / config.name, report)
    click.echo(f"The run lies in {folder.path}; read summary.md there first.")


@contextmanager
def shown(what: str = "") -> Iterator[Callable[[int, int, float], None]]:
    """A line of progress in steps, with the loss of the last one."""
    with closing(Progress()) as progress:
        yield lambda step, steps, loss: progress.reach(
            step + 1, steps, f"{what} loss {loss:.3f}".strip()
        )


def cut_faces(store: Path, data: tuple[Path, ...], finder: Path | None) -> Any:
    """The cut faces: those that are there already, and those of the folders named now."""
    from unmask.training.crop_store import CropStore, build_store, shipped_finder

    if not data:
        if not store.is_dir():
            raise ConfigError(f"{store} holds no cut faces yet. Name pictures with --data.")
        return CropStore(store)
    from unmask.dataset.layouts import read_folder

    manifests = [read_folder(folder) for folder in data]
    with closing(Progress()) as progress:
        return build_store(
            store,
            manifests,
            finder or shipped_finder(),
            report=lambda done, parts: progress.reach(done, parts, "packets of faces cut"),
        )


def _draw(config: Any, store: Path, sheet: Path) -> None:
    from unmask.training.batches import maker
    from unmask.training.contact_sheet import save_sheet

    save_sheet(maker(store, config)(0), sheet)
    click.echo(f"{sheet} shows the first batch: real faces framed blue, fakes orange.")


def needs_keras() -> None:
    try:
        import unmask.training.architectures  # noqa: F401 - only to learn whether Keras is there
    except ImportError:
        raise MissingExtra("Training", "train") from None
