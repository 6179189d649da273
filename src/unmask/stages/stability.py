"""The same face saved again -> does the verdict hold? Names the ways, makes them, and compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from unmask.pixels import jpeg, resize
from unmask.types import Label, Pixels, Raster, Reason, Stability, Variant, Verdict, size_of


def _smaller(piece: Raster, share: float) -> Pixels:
    width, height = size_of(piece)
    return resize(piece, max(round(width * share), 1), max(round(height * share), 1))


# What a picture meets on its way through messengers and web pages.
WAYS: dict[str, Callable[[Raster], Pixels]] = {
    "saved as JPEG, quality 85": lambda piece: jpeg(piece, 85),
    "saved as JPEG, quality 60": lambda piece: jpeg(piece, 60),
    "made smaller by a third": lambda piece: _smaller(piece, 2 / 3),
    "made half as large, then JPEG 75": lambda piece: jpeg(_smaller(piece, 1 / 2), 75),
}


def variants(piece: Raster) -> tuple[Pixels, ...]:
    """The piece of the picture around a face, once for each way of saving it again."""
    return tuple(save(piece) for save in WAYS.values())


def compare(verdict: Verdict, again: Sequence[Verdict]) -> Stability:
    """Holds where every variant still leans to the same side.

    A score that moves within its half is what saving does to every score; one that crosses the
    middle says that the answer hung on something that saving destroys.
    """
    seen = tuple(
        Variant(name, _probability(v), v.label) for name, v in zip(WAYS, again, strict=True)
    )
    leans_fake = _probability(verdict) >= 0.5
    return Stability(seen, holds=all((v.fake_probability >= 0.5) == leans_fake for v in seen))


def _probability(verdict: Verdict) -> float:
    return 0.5 if verdict.fake_probability is None else verdict.fake_probability


def settle(verdict: Verdict, stability: Stability) -> Verdict:
    """A firm answer that does not hold is no answer."""
    if stability.holds:
        return verdict
    return Verdict(Label.INCONCLUSIVE, verdict.fake_probability, Reason.UNSTABLE)
