"""Learning rates and the plateau rule, by hand-made numbers."""

from __future__ import annotations

import pytest

from unmask.errors import ConfigError
from unmask.training.config import Optimise, Phase, parse_config
from unmask.training.progress import Progress, place
from unmask.training.schedule import rate


def test_cosine_falls_from_the_rate_to_the_end():
    phase = Phase(rate=1.0, schedule="cosine", end=0.1)
    assert rate(phase, 0, 100) == 1.0
    assert rate(phase, 50, 100) == pytest.approx(0.55)
    assert rate(phase, 100, 100) == pytest.approx(0.1)


def test_warmup_climbs_in_equal_steps():
    phase = Phase(rate=1.0, warmup=4)
    assert [rate(phase, step, 10) for step in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]


def test_steps_divide_by_ten_twice():
    phase = Phase(rate=1.0, schedule="steps")
    assert [rate(phase, step, 9) for step in (0, 3, 6)] == pytest.approx([1.0, 0.1, 0.01])


def test_an_unknown_schedule_is_refused():
    with pytest.raises(ConfigError, match="cosine"):
        rate(Phase(schedule="cosinus"), 0, 1)


def test_a_plateau_cuts_the_rate_and_a_longer_one_stops():
    progress, o = Progress(), Optimise(plateau_patience=2, plateau_factor=0.1, stop_after=4)
    better = [
        progress.note({"epoch": i, "auc": auc}, o) for i, auc in enumerate((0.7, 0.8, 0.8, 0.7))
    ]
    assert better == [True, True, False, False]
    assert (progress.scale, progress.stopped) == (0.1, False)
    for i in (4, 5):
        progress.note({"epoch": i, "auc": 0.5}, o)
    assert progress.scale == pytest.approx(0.01)
    assert progress.stopped
    assert progress.best_epoch == 1


def test_epochs_fall_into_their_phases():
    config = parse_config({"name": "x", "phases": [{"epochs": 2}, {"epochs": 1, "rate": 1}]})
    assert [(n, before) for n, _, before in (place(config, e) for e in range(3))] == [
        (0, 0),
        (0, 1),
        (1, 0),
    ]
    with pytest.raises(IndexError):
        place(config, 3)
