"""Where a run stands: which epoch, what was best, how long nothing got better; plain data that a checkpoint holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from unmask.training.config import Optimise, Phase, RunConfig

History = list[dict[str, Any]]


@dataclass
class Progress:
    """`scale` is what plateaus have made of the learning rate; `stale` counts epochs without a new best."""

    epoch: int = 0
    best: float = -1.0
    best_epoch: int = -1
    stale: int = 0
    since_cut: int = 0
    scale: float = 1.0
    stopped: bool = False
    history: History = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def note(self, row: dict[str, Any], o: Optimise) -> bool:
        """Takes an epoch's numbers in and says whether they are the best so far."""
        self.history.append(row)
        self.epoch += 1
        better = row["auc"] > self.best
        if better:
            self.best, self.best_epoch = row["auc"], row["epoch"]
        self.stale = 0 if better else self.stale + 1
        self.since_cut = 0 if better else self.since_cut + 1
        if o.plateau_patience and self.since_cut >= o.plateau_patience:
            self.scale, self.since_cut = self.scale * o.plateau_factor, 0
        self.stopped = bool(o.stop_after) and self.stale >= o.stop_after
        return better


def place(config: RunConfig, epoch: int) -> tuple[int, Phase, int]:
    """The number of an epoch's phase, the phase, and how many epochs of it came before."""
    for number, phase in enumerate(config.phases):
        if epoch < phase.epochs:
            return number, phase, epoch
        epoch -= phase.epochs
    raise IndexError(epoch)


def total_epochs(config: RunConfig) -> int:
    return sum(phase.epochs for phase in config.phases)
