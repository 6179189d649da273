"""Phase + step -> learning rate: a warm-up, then constant, cosine, or steps down."""

from __future__ import annotations

import math

from unmask.errors import ConfigError
from unmask.training.config import Phase

SCHEDULES = ("constant", "cosine", "steps")


def rate(phase: Phase, step: int, steps: int) -> float:
    """The rate at a step of a phase that has `steps` of them; `end` is its last value."""
    if phase.schedule not in SCHEDULES:
        raise ConfigError(
            f"schedule is {phase.schedule!r}; expected one of {', '.join(SCHEDULES)}. "
            "For a plateau schedule set optimise.plateau_patience."
        )
    if step < phase.warmup:
        return phase.rate * (step + 1) / phase.warmup
    done = (step - phase.warmup) / max(steps - phase.warmup, 1)
    if phase.schedule == "cosine":
        return phase.end + (phase.rate - phase.end) * (1 + math.cos(math.pi * done)) / 2
    if phase.schedule == "steps":
        return phase.rate * 0.1 ** int(done * 3)
    return phase.rate
