"""Audit -> a table to read, JSON to keep and pictures to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unmask.dataset.audit import Audit
from unmask.dataset.charts import Bar, bar_chart
from unmask.dataset.contact_sheets import Row, contact_sheet, samples
from unmask.dataset.counts import ClassSummary, SetCounts, Spread, balance
from unmask.dataset.manifest import Manifest

FORMAT = 1
COLUMNS, PAIRS = 8, 12
SIDES = (1, 64, 96, 128, 160, 192, 224, 256, 320, 400, 512, 640, 800, 1024, 1400, 2048, 4096)
QUALITIES = (1, 30, 50, 60, 70, 75, 80, 85, 88, 90, 92, 94, 95, 96, 97, 98, 99, 100, 101)


def to_json(audit: Audit) -> dict[str, Any]:
    """Everything found, with all pairs across splits; only values that JSON has."""
    manifest = audit.facts.manifest
    return {
        "format": FORMAT,
        "fingerprint": manifest.fingerprint(),
        "pictures": len(manifest),
        "unreadable": len(audit.facts.problems),
        "counts": [asdict(line) for line in audit.counts],
        "classes": [asdict(line) for line in audit.classes],
        "giveaways": [asdict(line) for line in audit.giveaways],
        "findings": [
            {**asdict(f), "kind": f.kind.value, "error": f.is_error} for f in audit.findings
        ],
        "leaks": [list(pair) for pair in audit.leaks],
    }


def to_text(audit: Audit) -> str:
    """The same in tables, findings last: that is where reading ends."""
    parts = [counts_table(audit.counts), classes_table(audit.classes), _giveaways(audit)]
    parts += [
        f"{'ERROR' if f.is_error else 'note '}  {f.kind}: {f.message}" for f in audit.findings
    ]
    parts += [] if audit.findings else ["Nothing wrong was found."]
    return "\n\n".join(parts[:3]) + "\n\n" + "\n".join(parts[3:])


def counts_table(counts: Sequence[SetCounts]) -> str:
    rows = [(c.set, c.split or "-", f"{c.real:,}", f"{c.fake:,}", f"{c.groups:,}") for c in counts]
    real, fake = (sum(values) for values in zip(*((c.real, c.fake) for c in counts), strict=True))
    rows.append(("all", "", f"{real:,}", f"{fake:,}", ""))
    return aligned(("set", "split", "real", "fake", "groups"), rows)


def classes_table(classes: Sequence[ClassSummary]) -> str:
    """Sizes and qualities as 5th percentile, median and 95th."""
    rows = [
        (
            line.set,
            line.label,
            f"{line.count:,}",
            f"{line.unreadable:,}",
            " ".join(f"{name} {count:,}" for name, count in line.formats.items()) or "-",
            _spread(line.side),
            _spread(line.quality),
        )
        for line in classes
    ]
    head = ("set", "class", "files", "unreadable", "formats", "longer side", "jpeg quality")
    return aligned(head, rows)


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = (head, ["-" * width for width in widths], *rows)
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def write_pictures(audit: Audit, folder: Path) -> tuple[Path, ...]:
    """Charts of counts, sizes and qualities, a sheet per set, and the leaking pairs if there are any."""
    return _written(_pictures(audit), folder)


def write_sheets(manifest: Manifest, folder: Path) -> tuple[Path, ...]:
    """The chart of counts and a sheet per set: all that needs no measuring."""
    return _written(_first_look(manifest), folder)


def set_sheets(manifest: Manifest) -> Iterator[tuple[str, Image.Image]]:
    """Per set some real and some fake pictures."""
    for name in manifest.sets():
        rows = []
        for label, word in enumerate(("real", "fake")):
            part = manifest.with_entries(e for e in manifest.in_set(name) if e.label == label)
            if len(part):
                files = tuple(part.file(e) for e in samples(part, COLUMNS))
                rows.append(Row(f"{name}: {word}, {len(files)} of {len(part):,}", files))
        yield f"sheet-{name.replace('/', '-')}", contact_sheet(rows)


def _written(images: Iterator[tuple[str, Image.Image]], folder: Path) -> tuple[Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, image in images:
        paths.append(folder / f"{name}.png")
        image.save(paths[-1])
    return tuple(paths)


def _first_look(manifest: Manifest) -> Iterator[tuple[str, Image.Image]]:
    lines = [Bar(f"{c.set} {c.split}", c.real, c.fake) for c in balance(manifest)]
    yield "counts", bar_chart("Pictures per set and split", lines)
    yield from set_sheets(manifest)


def _pictures(audit: Audit) -> Iterator[tuple[str, Image.Image]]:
    table = audit.facts.table
    yield from _first_look(audit.facts.manifest)
    sides = np.maximum(table["width"], table["height"])
    yield "sizes", _histogram(audit, "Longer side in pixels, share of each class", sides, SIDES)
    title = "JPEG quality, share of each class"
    yield "qualities", _histogram(audit, title, table["quality"], QUALITIES)
    if audit.leaks:
        yield "leaks", _pairs(audit)


def _histogram(
    audit: Audit, title: str, values: NDArray[Any], edges: tuple[int, ...]
) -> Image.Image:
    """One line per range between two edges that holds anything."""
    usable = audit.facts.table["readable"] & (values > 0)
    labels = audit.facts.manifest.labels()[usable]
    places = np.digitize(values[usable], edges)
    bars = []
    for place in np.unique(places).tolist():
        name = (
            f"{edges[place - 1]} .. {edges[place] - 1}" if place < len(edges) else f"{edges[-1]}+"
        )
        counts = (int(((places == place) & (labels == label)).sum()) for label in (0, 1))
        bars.append(Bar(name, *counts))
    return bar_chart(title, bars, share=True)


def _pairs(audit: Audit) -> Image.Image:
    manifest = audit.facts.manifest
    step = max(len(audit.leaks) // PAIRS, 1)
    return contact_sheet(
        [
            Row(f"{first} = {second}", (manifest.root / first, manifest.root / second))
            for first, second in audit.leaks[::step][:PAIRS]
        ]
    )


def _giveaways(audit: Audit) -> str:
    rows = [
        (g.set or "all together", g.property, f"{g.accuracy:.0%}", "LEAK" if g.telling else "")
        for g in audit.giveaways
    ]
    return aligned(("set", "guessing the class from", "right", ""), rows)


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return "-"
    if spread.low == spread.high:
        return str(spread.median)
    return f"{spread.low} .. {spread.median} .. {spread.high}"
