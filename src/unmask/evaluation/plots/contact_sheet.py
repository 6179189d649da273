"""Scored pictures -> the worst mistakes as a sheet of faces, each with what was said and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unmask.dataset.manifest import Manifest
from unmask.evaluation.mistakes import mistaken
from unmask.evaluation.plots import theme
from unmask.evaluation.scoring import Scored
from unmask.pixels import cut, resize
from unmask.stages.crops import square
from unmask.stages.decode import decode
from unmask.types import Pixels

COLUMNS, ROWS, SIDE, MARGIN = 8, 2, 160, 1.4


def mistakes(scored: Sequence[Scored], manifest: Manifest, path: Path) -> Path:
    """Above, real pictures that look most fake to the detector; below, fakes that look most real."""
    halves = [worst(scored, fake)[: COLUMNS * ROWS] for fake in (False, True)]
    needs = [max(-(-len(half) // COLUMNS), 1) for half in halves]
    drawing, axes = theme.canvas(1.32 * COLUMNS, 1.72 * sum(needs) + 0.3, sum(needs), COLUMNS)
    for one in axes.flat:
        one.set_axis_off()
    for half, (fake, chosen) in enumerate(zip((False, True), halves, strict=True)):
        for i, s in enumerate(chosen):
            _face(axes[half * needs[0] + i // COLUMNS, i % COLUMNS], s, manifest, fake)
    drawing.suptitle(
        "The surest mistakes. Above: real, with the highest probability of fake. "
        "Below: fake, with the lowest.\nA coloured frame marks a firm verdict that is wrong.",
        fontsize=theme.TEXT, x=0.01, ha="left",
    )  # fmt: skip
    return theme.save(drawing, path)


def worst(scored: Sequence[Scored], fake: bool) -> list[Scored]:
    """Pictures of one class on the wrong side of 50 %, the surest first."""
    wrong = [s for s in scored if s.fake is fake and s.answer.box is not None and mistaken(s)]
    return sorted(wrong, key=lambda s: (-abs(s.answer.probability - 0.5), s.entry.path))


def face_of(scored: Scored, manifest: Manifest) -> Pixels:
    image = decode(manifest.file(scored.entry).read_bytes())
    assert scored.answer.box is not None
    box = square(scored.answer.box, MARGIN, image.width, image.height)
    return resize(cut(image.pixels, box), SIDE, SIDE)


def _face(axes: Any, scored: Scored, manifest: Manifest, fake: bool) -> None:
    axes.imshow(face_of(scored, manifest))
    origin = scored.entry.set
    if scored.entry.generator and scored.entry.generator != origin:
        origin += f", {scored.entry.generator}"
    size = f"{scored.traits.face_pixels:.0f} px" if scored.traits else ""
    said = theme.share(scored.answer.probability)
    axes.set_title(f"fake: {said}\n{origin[:22]}\n{size}", fontsize=6.5, pad=2)
    if scored.wrong:
        axes.set_axis_on()
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set(visible=True, color=theme.FAKE if not fake else theme.REAL, linewidth=2.5)
