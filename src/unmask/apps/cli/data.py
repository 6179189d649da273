"""`unmask data`: a folder of pictures or videos in; counts, an audit, a split or face crops out."""

from __future__ import annotations

import json
import os
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from unmask.apps.cli.progress import Progress
from unmask.apps.cli.terminal import remark
from unmask.dataset import audit_report
from unmask.dataset.audit import Kind, examine
from unmask.dataset.counts import balance
from unmask.dataset.download import KAGGLE
from unmask.dataset.facts import Facts, measure
from unmask.dataset.layouts import MANIFEST, scan
from unmask.dataset.left_out import left_out
from unmask.dataset.manifest import Manifest, side_by_side, write_manifest
from unmask.dataset.splits import Shares, joined
from unmask.dataset.splits import split as split_manifest
from unmask.errors import EmptyDataset

LAYOUTS = """
\b
Folders are read as they come:
  Train, Validation, Test with Real and Fake inside, or the other way round
  (also val, valid; deepfake, ai, synthetic; original, authentic)
  real and deepfake alone; several such sets side by side
  a manifest.csv with the columns path and label
"""

root = click.argument("root", type=click.Path(exists=True, path_type=Path))
pictures = click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write charts and contact sheets there.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
workers = click.option(
    "--workers",
    type=click.IntRange(1),
    default=lambda: os.cpu_count() or 1,
    metavar="N",
    help="Processes that read files.  [default: one per core]",
)


@click.group(epilog=LAYOUTS, short_help="Look over a data set before training.")
def data() -> None:
    """Look over a data set before anybody trains on it, and split it without leaks."""


@data.command()
@root
@as_json
@pictures
@click.option(
    "--manifest",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.csv",
    help="Write the list of all pictures as CSV.",
)
def inspect(root: Path, as_json: bool, pictures: Path | None, manifest: Path | None) -> None:
    """How a folder is read: sets, splits, classes and groups. Opens no picture."""
    found = scan(root)
    counts = balance(found.manifest)
    makers = sorted({entry.generator for entry in found.manifest} - {""})
    if as_json:
        told = {
            "fingerprint": found.manifest.fingerprint(),
            "pictures": len(found.manifest),
            "counts": [asdict(line) for line in counts],
            "generators": makers,
            "unlabelled": len(found.unlabelled),
        }
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo(audit_report.counts_table(counts))
        click.echo(f"\nmakers and methods told by names: {', '.join(makers) or 'none'}")
        click.echo(f"fingerprint: {found.manifest.fingerprint()}")
    if found.unlabelled:
        first = found.unlabelled[0]
        remark(f"{len(found.unlabelled):,} pictures stand under no label, such as {first}.")
    if pictures is not None:
        _told(audit_report.write_sheets(found.manifest, pictures))
    if manifest is not None:
        write_manifest(found.manifest, manifest)
        _told((manifest,))


@data.command("audit")
@click.argument("roots", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@as_json
@pictures
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind]),
    help="Do not fail over this kind of finding; may be given several times.",
)
@click.option(
    "--leave-out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.txt",
    help="List there the Train pictures that are copies of Validation or Test pictures.",
)
@workers
def audit_command(
    roots: tuple[Path, ...],
    as_json: bool,
    pictures: Path | None,
    allow: tuple[str, ...],
    leave_out: Path | None,
    workers: int,
) -> None:
    """What is wrong with a data set: leaks, copies, giveaways, unreadable files.

    Fails when a picture, or one that looks the same, stands in two splits. Several folders are
    looked over as one. With --leave-out it fails only over what that list does not cure; training
    takes the list as data.leave_out_list.
    """
    found = examine(_measured(side_by_side([scan(root).manifest for root in roots]), workers))
    if as_json:
        click.echo(json.dumps(audit_report.to_json(found), indent=2))
    else:
        click.echo(audit_report.to_text(found))
    if pictures is not None:
        _told(audit_report.write_pictures(found, pictures))
    if leave_out is not None:
        copies, found = left_out(found)
        leave_out.write_text("".join(f"{e.full_name}\n" for e in copies), encoding="utf-8")
        remark(f"{len(copies):,} Train pictures are copies of Validation or Test pictures.")
        _told((leave_out,))
    found.refuse_leaks(allow)


@data.command("copies")
@click.argument("store", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--leave-out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="LIST.txt",
    help="Add them to this list; it is begun if there is none.",
)
def copies_command(store: Path, leave_out: Path) -> None:
    """Train faces that are the same photograph as a Validation or Test face, in another frame.

    STORE is the folder of cut faces that `unmask train --store` made: an audit compares whole
    pictures, this compares what lies around each face.
    """
    from unmask.training.copies import copies
    from unmask.training.crop_store import CropStore

    with closing(Progress()) as progress:
        found = {e.full_name for e in copies(CropStore(store), progress.reach)}
    listed = set(leave_out.read_text("utf-8").splitlines()) if leave_out.exists() else set()
    leave_out.write_text("".join(f"{name}\n" for name in sorted(listed | found)), encoding="utf-8")
    remark(
        f"{len(found):,} Train faces are copies, {len(found - listed):,} of them not listed before."
    )
    _told((leave_out,))


@data.command("split")
@root
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.csv",
    help="Where the list with its splits is written.",
)
@click.option(
    "--shares",
    type=(float, float, float),
    default=(0.7, 0.1, 0.2),
    show_default=True,
    metavar="TRAIN VALIDATION TEST",
    help="Parts of the pictures.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, another deal.")
@click.option(
    "--keep", is_flag=True, help="Leave pictures that have a split already where they are."
)
@click.option(
    "--copies-together",
    is_flag=True,
    help="Read all files first and keep pictures that look the same in one split.",
)
@workers
def split_command(
    root: Path,
    out: Path,
    shares: tuple[float, float, float],
    seed: int,
    keep: bool,
    copies_together: bool,
    workers: int,
) -> None:
    """Deal pictures out to train, validation and test, in even parts of every set and class.

    All pictures of one person or source video go to one split. No file is moved: the splits
    stand in OUT.csv, which every other command takes in place of the folder.
    """
    manifest = scan(root).manifest
    if copies_together:
        found = examine(_measured(manifest, workers))
        manifest = joined(manifest, found.duplicates)
    manifest = split_manifest(manifest, Shares(*shares), seed=seed, keep=keep)
    write_manifest(manifest, out)
    click.echo(audit_report.counts_table(balance(manifest)))
    _told((out,))


@data.command("frames")
@root
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--every",
    type=float,
    metavar="SECONDS",
    help="One frame every so many seconds.  [default: the video's key frames]",
)
@click.option("--per-video", default=20, show_default=True, help="At most so many crops a video.")
@click.option(
    "--margin", default=1.6, show_default=True, help="Width of a crop over width of the face."
)
@click.option("--png", is_flag=True, help="Write PNG instead of JPEG at quality 95.")
def frames_command(
    root: Path, out: Path, every: float | None, per_video: int, margin: float, png: bool
) -> None:
    """Turn videos into face crops in OUT, grouped by source video.

    Reads FaceForensics++, Celeb-DF v2 and DFDC as published, and any folder of videos
    under real and fake.
    """
    from unmask.dataset.video_sets import read_videos
    from unmask.video.crops import CropPlan, save_faces

    plan = CropPlan(every, per_video, margin, png)
    videos = read_videos(root)
    progress = Progress()
    progress.total = len(videos)
    run = save_faces(videos, out, plan, progress=progress.step)
    progress.close()
    for path, why in run.failures:
        remark(f"{path}: {why}")
    if not len(run.manifest):
        raise EmptyDataset(f"None of {len(videos):,} videos gave a face: the reasons stand above.")
    click.echo(audit_report.counts_table(balance(run.manifest)))
    click.echo(f"{len(run.manifest):,} crops of {len(videos) - len(run.failures):,} videos.")
    _told((out / MANIFEST,))


@data.command("download")
@click.argument("name", type=click.Choice(list(KAGGLE)))
def download_command(name: str) -> None:
    """Fetch a public set with kagglehub and print its folder."""
    from unmask.dataset.download import download

    click.echo(download(name))


def _measured(manifest: Manifest, workers: int) -> Facts:
    with closing(Progress()) as progress:
        progress.total = len(manifest)
        return measure(manifest, workers=workers, progress=lambda _: progress.step(ok=True))


def _told(written: tuple[Path, ...]) -> None:
    for path in written:
        remark(f"Wrote {path}.")
