"""Traits of Train and Test pictures -> Shortcuts: how far size, JPEG history, colour and framing alone would get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from unmask.errors import EmptyDataset
from unmask.evaluation.intervals import RESAMPLES, Figure, figures
from unmask.evaluation.metrics import BY_KEY, RANKING
from unmask.evaluation.sample import Floats, Sample
from unmask.evaluation.scoring import Scored, to_sample
from unmask.evaluation.slices import by_set
from unmask.evaluation.traits import Traits

NAMES = tuple(field.name for field in fields(Traits))
FEATURES = (*NAMES, "is_jpeg")
AS_LOGARITHMS = ("width", "height", "bytes_per_pixel", "face_pixels", "sharpness")
STEPS, RIDGE, ENOUGH = 50, 1.0, 1e-8


@dataclass(frozen=True)
class Rival:
    """One set: what the detector reached, and what the traits alone reached."""

    name: str
    detector: Figure
    traits: Figure


@dataclass(frozen=True)
class Shortcuts:
    """A logistic regression on `features`, trained on `trained_on` pictures; `weights` tell what it leaned on."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    trained_on: int
    rivals: tuple[Rival, ...]


@dataclass(frozen=True)
class Regression:
    """Standardises, adds squares, and weighs."""

    mean: Floats
    spread: Floats
    weights: Floats

    def probability(self, raw: Floats) -> Floats:
        return _sigmoid(
            _expanded((_filled(raw, self.mean) - self.mean) / self.spread) @ self.weights
        )


def shortcuts(
    train: Sequence[Scored], test: Sequence[Scored], resamples: int = RESAMPLES
) -> Shortcuts:
    """Both classes weigh the same in training; only pictures with a face, like the detector's."""
    learnt, judged = _with_faces(train), _with_faces(test)
    if len({s.fake for s in learnt}) < 2:
        raise EmptyDataset(
            f"{len(learnt)} training pictures show a face; the check for shortcuts needs real ones "
            "and fakes among them. Give a data folder with a Train split."
        )
    model = fit(table(learnt), np.array([s.fake for s in learnt]))
    said = dict(zip((s.entry.path for s in judged), model.probability(table(judged)), strict=True))
    rivals = [_rival("all sets", judged, (), said, resamples)]
    rivals += [_rival(p.name, p.pictures, p.borrowed, said, resamples) for p in by_set(judged)]
    linear = model.weights[1 : len(FEATURES) + 1]
    return Shortcuts(
        FEATURES, tuple(float(w) for w in linear), len(learnt), tuple(r for r in rivals if r)
    )


def table(scored: Sequence[Scored]) -> Floats:
    """One row per picture; sizes as logarithms, since what matters is their ratio."""
    rows = np.array([[getattr(s.traits, name) for name in NAMES] for s in scored], np.float64)
    for name in AS_LOGARITHMS:
        column = NAMES.index(name)
        rows[:, column] = np.log(np.maximum(rows[:, column], 1e-6))
    is_jpeg = np.isfinite(rows[:, NAMES.index("jpeg_quality")])
    return np.column_stack([rows, is_jpeg])


def fit(raw: Floats, fake: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Regression:
    """Newton's steps on the penalised likelihood, as any textbook has them."""
    mean, spread = _scale(raw)
    x = _expanded((_filled(raw, mean) - mean) / spread)
    balance = np.where(fake, 0.5 / fake.mean(), 0.5 / (~fake).mean())
    penalty = RIDGE * np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        said = _sigmoid(x @ weights)
        slope = x.T @ (balance * (said - fake)) + penalty @ weights
        bend = (x.T * (balance * said * (1 - said))) @ x + penalty
        step = np.linalg.solve(bend, slope)
        weights = weights - step
        if np.abs(step).max() < ENOUGH:
            break
    return Regression(mean, spread, weights)


def _scale(raw: Floats) -> tuple[Floats, Floats]:
    """Mean and spread of what is there; a column with nothing in it (no JPEG at all) becomes zeros."""
    known = np.isfinite(raw)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, raw, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, raw - mean, 0.0) ** 2).sum(axis=0) / count)
    return mean, np.where(spread > 0, spread, 1.0)


def _rival(
    name: str,
    own: Sequence[Scored],
    borrowed: Sequence[Scored],
    said: dict[str, float],
    resamples: int,
) -> Rival | None:
    pictures = [*own, *borrowed]
    sample = to_sample(pictures)
    guess = np.array([said[s.entry.path] for s in pictures])
    other = Sample(sample.fake, guess, sample.verdict, sample.groups)
    told = [figures(s, RANKING[:1], resamples) for s in (sample, other)]
    key = BY_KEY["roc_auc"].key
    return Rival(name, told[0][key], told[1][key]) if told[0] else None


def _with_faces(scored: Sequence[Scored]) -> list[Scored]:
    return [s for s in scored if s.traits is not None and s.answer.box is not None]


def _filled(raw: Floats, mean: Floats) -> Floats:
    return np.where(np.isfinite(raw), raw, mean)


def _expanded(x: Floats) -> Floats:
    """A one, the traits, and their squares: a middle size may be the telling one."""
    return np.column_stack([np.ones(len(x)), x, np.clip(x, -5, 5) ** 2])


def _sigmoid(z: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(z, -30, 30)))
