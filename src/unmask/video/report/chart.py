"""One person's track -> a drawing: probability over time, the frames looked at, the cuts, the thresholds."""

from __future__ import annotations

from collections.abc import Iterator

from unmask.reports.markup import Markup, join, tag
from unmask.types import DetectorRef
from unmask.video.clip import TrackResult, VideoAnalysis
from unmask.video.report.words import clock

WIDTH, HEIGHT = 720, 170
LEFT, TOP, RIGHT, BOTTOM = 44, 10, 708, 140
GAP = 3.0
"""Steps between sightings from which the line is broken: the person was away."""


def draw(analysis: VideoAnalysis, track: TrackResult) -> Markup:
    """Fit to print, legible without colour: dots for frames, a line for the smooth curve."""
    seconds = max(analysis.seconds, 0.1)
    words = f"Probability of fake for person {track.number} from 0 s to {seconds:.1f} s"
    return tag(
        "svg",
        tag("title", words),
        _zones(analysis.detectors[0]),
        join(*(_cut(_x(time, seconds)) for time in analysis.cuts)),
        *_thresholds(analysis.detectors[0]),
        _axes(seconds),
        _line(analysis, track, seconds),
        join(*(_dot(_x(s.time, seconds), _y(s.fake_probability)) for s in track.sightings)),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        style="width:100%;height:auto;font:11px system-ui,sans-serif",
    )


def _x(time: float, seconds: float) -> float:
    return LEFT + (RIGHT - LEFT) * min(time / seconds, 1.0)


def _y(probability: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * probability


def _zones(ref: DetectorRef) -> Markup:
    low, high = ref.policy.real_below, ref.policy.fake_above
    zones = ((0.0, low, "real"), (low, high, "inconclusive"), (high, 1.0, "fake"))
    return join(
        *(
            _shape(
                "rect",
                f"fill:var(--um-{name}-wash)",
                x=LEFT,
                y=_y(end),
                width=RIGHT - LEFT,
                height=max(_y(start) - _y(end), 0),
            )
            for start, end, name in zones
        )
    )


def _thresholds(ref: DetectorRef) -> Iterator[Markup]:
    """Bands near 0 and 100 % are too thin to be seen as bands."""
    for name, value in (("real", ref.policy.real_below), ("fake", ref.policy.fake_above)):
        style = f"stroke:var(--um-{name});stroke-width:1"
        yield _shape("line", style, x1=LEFT, x2=RIGHT, y1=_y(value), y2=_y(value))


def _axes(seconds: float) -> Markup:
    ticks = join(*(_label(LEFT - 6, _y(p) + 4, f"{p * 100:.0f} %", "end") for p in (0, 0.5, 1)))
    times = join(
        *(
            _label(_x(seconds * part / 4, seconds), BOTTOM + 18, clock(seconds * part / 4), anchor)
            for part, anchor in enumerate(("start", "middle", "middle", "middle", "end"))
        )
    )
    ground = _shape(
        "line", "stroke:var(--um-quiet);stroke-width:1", x1=LEFT, x2=RIGHT, y1=BOTTOM, y2=BOTTOM
    )
    return join(ground, ticks, times)


def _cut(x: float) -> Markup:
    style = "stroke:var(--um-quiet);stroke-width:1;stroke-dasharray:3 4"
    return _shape("line", style, x1=x, x2=x, y1=TOP, y2=BOTTOM)


def _line(analysis: VideoAnalysis, track: TrackResult, seconds: float) -> Markup:
    step = analysis.sampled[-1] / max(len(analysis.sampled) - 1, 1)
    pieces: list[list[str]] = [[]]
    before = track.first
    for sighting, value in zip(track.sightings, track.smoothed, strict=True):
        if sighting.time - before > max(GAP * step, 1.0):
            pieces.append([])
        pieces[-1].append(f"{_x(sighting.time, seconds):.1f},{_y(value):.1f}")
        before = sighting.time
    style = "fill:none;stroke:var(--um-text);stroke-width:2;stroke-linejoin:round"
    return join(*(tag("polyline", points=" ".join(piece), style=style) for piece in pieces))


def _dot(x: float, y: float) -> Markup:
    return _shape("circle", "fill:var(--um-text);opacity:.45", cx=x, cy=y, r=2.5)


def _label(x: float, y: float, words: str, anchor: str) -> Markup:
    return tag(
        "text",
        words,
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        text_anchor=anchor,
        style="fill:var(--um-quiet)",
    )


def _shape(name: str, style: str, **numbers: float) -> Markup:
    return tag(name, style=style, **{key: f"{value:.1f}" for key, value in numbers.items()})
