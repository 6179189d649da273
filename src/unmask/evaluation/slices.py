"""Scored pictures -> named parts of them: by set, by generator, by face size, blur, brightness and JPEG quality."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from unmask.evaluation.sample import Flags
from unmask.evaluation.scoring import Scored

SMALLEST = 10
"""A part with fewer pictures says nothing worth printing."""


@dataclass(frozen=True)
class Part:
    """Some of the pictures. `borrowed` ones are other sets' real pictures, there to rank fakes against."""

    kind: str
    name: str
    pictures: tuple[Scored, ...]
    borrowed: tuple[Scored, ...] = ()


@dataclass(frozen=True)
class Axis:
    """A trait cut into ranges: at fixed `edges`, or into thirds of what was measured."""

    kind: str
    trait: str
    edges: tuple[float, ...] | None
    name: Callable[[float, float], str]
    missing: str = ""


def _range(low: float, high: float, unit: str = "") -> str:
    if math.isinf(low):
        return f"below {high:g}{unit}"
    if math.isinf(high):
        return f"{low:g}{unit} and more"
    return f"{low:g} to {high:g}{unit}"


def _third(names: tuple[str, str, str]) -> Callable[[float, float], str]:
    def name(low: float, high: float) -> str:
        which = 0 if math.isinf(low) else 2 if math.isinf(high) else 1
        return f"{names[which]} ({_range(round(low, 2), round(high, 2))})"

    return name


AXES = (
    Axis("face size", "face_pixels", (64, 96, 128, 192), lambda a, b: _range(a, b, " px")),
    Axis("blur", "sharpness", None, _third(("blurred third", "middle third", "sharp third"))),
    Axis("brightness", "brightness", (80, 120, 160), _range),
    Axis("JPEG quality", "jpeg_quality", (70, 80, 90, 96), _range, missing="not a JPEG"),
)


def by_set(scored: Sequence[Scored]) -> list[Part]:
    """A set without real pictures borrows those of all others: its fakes must be ranked against something."""
    return [_with_reals("set", name, scored, mine) for name, mine in _grouped(scored, _set)]


def by_generator(scored: Sequence[Scored]) -> list[Part]:
    """The fakes of each maker or method, against the real pictures of its own set where it has any."""
    fakes = [s for s in scored if s.fake and s.entry.generator]
    parts = []
    for name, mine in _grouped(fakes, _generator):
        home = {s.entry.set for s in mine}
        own = tuple(s for s in scored if not s.fake and s.entry.set in home)
        reals = own or tuple(s for s in scored if not s.fake)
        parts.append(Part("generator", name, mine, reals))
    return [part for part in parts if len(part.pictures) >= SMALLEST]


def by_traits(scored: Sequence[Scored]) -> list[Part]:
    parts = [part for axis in AXES for part in _cut(axis, scored)]
    return [part for part in parts if len(part.pictures) >= SMALLEST]


def _cut(axis: Axis, scored: Sequence[Scored]) -> list[Part]:
    values = np.array([getattr(s.traits, axis.trait, math.nan) for s in scored], np.float64)
    known = np.isfinite(values)
    inner = axis.edges or tuple(np.quantile(values[known], [1 / 3, 2 / 3]) if known.any() else ())
    parts = [
        _chosen(axis.kind, axis.name(low, high), scored, (values >= low) & (values < high))
        for low, high in pairwise((-math.inf, *inner, math.inf))
    ]
    return [*parts, _chosen(axis.kind, axis.missing, scored, ~known)] if axis.missing else parts


def _chosen(kind: str, name: str, scored: Sequence[Scored], which: Flags) -> Part:
    return Part(kind, name, tuple(s for s, chosen in zip(scored, which, strict=True) if chosen))


def _with_reals(kind: str, name: str, scored: Sequence[Scored], mine: tuple[Scored, ...]) -> Part:
    needs = all(s.fake for s in mine)
    return Part(kind, name, mine, tuple(s for s in scored if needs and not s.fake))


def _grouped(
    scored: Sequence[Scored], key: Callable[[Scored], str]
) -> list[tuple[str, tuple[Scored, ...]]]:
    names = sorted({key(s) for s in scored})
    return [(name, tuple(s for s in scored if key(s) == name)) for name in names]


def _set(scored: Scored) -> str:
    return scored.entry.set


def _generator(scored: Scored) -> str:
    return scored.entry.generator
