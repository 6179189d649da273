"""YAML + `key=value` changes -> RunConfig: every choice of a training run, checked before anything starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from unmask.errors import ConfigError, MissingExtra
from unmask.frozen import build


@dataclass(frozen=True)
class Architecture:
    """The network: `weights` is empty (from scratch), "imagenet" or a file; `output` names the head's last step.

    `start` is a detector's folder or its model.onnx, made from the same architecture: training goes
    on from its weights, head included.
    """

    name: str = "mobilenetv2"
    size: int = 160
    weights: str = ""
    start: str = ""
    pooling: str = "average"
    batch_norm: bool = False
    units: tuple[int, ...] = ()
    dropout: tuple[float, ...] = (0.2,)
    output: str = "logit"


@dataclass(frozen=True)
class Data:
    """How crops are cut and drawn.

    `balance` is the power of a set's size that its share follows (0: all alike). `leave_out` names
    sets or makers that training must not see, `leave_out_list` a text file of SET/PATH lines.
    """

    margin: float = 1.4
    margin_low: float = 1.2
    margin_high: float = 1.8
    balance: float = 0.0
    weights: dict[str, float] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    leave_out_list: str = ""
    workers: int = 1


@dataclass(frozen=True)
class Augment:
    """Chances and strengths of every change made to a training picture, the same for both classes."""

    flip: float = 0.5
    rotation: float = 0.0
    rotate_chance: float = 0.3
    shift: float = 0.0
    zoom: float = 0.0
    shear: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    colour: float = 0.0
    develop: float = 0.0
    damage: float = 0.0
    self_blend: float = 0.0
    mixup: float = 0.0
    cutmix: float = 0.0


@dataclass(frozen=True)
class Phase:
    """A stretch of training: `train` is "head", "all" or the number of last backbone layers that learn."""

    epochs: int = 1
    train: str = "all"
    rate: float = 0.001
    schedule: str = "constant"
    warmup: int = 0
    end: float = 0.0


@dataclass(frozen=True)
class Optimise:
    """How weights move; `average` is the momentum of their running mean (0: none).

    What is validated and kept is that mean, with a share of `remember` of the weights that
    `architecture.start` gave.
    """

    optimiser: str = "adam"
    loss: str = "crossentropy"
    batch: int = 32
    steps_per_epoch: int = 0
    weight_decay: float = 0.0
    clip: float = 0.0
    label_smoothing: float = 0.0
    class_weights: tuple[float, float] = (1.0, 1.0)
    accumulate: int = 1
    precision: str = "float32"
    average: float = 0.0
    remember: float = 0.0
    plateau_patience: int = 0
    plateau_factor: float = 0.5
    stop_after: int = 0


@dataclass(frozen=True)
class Keep:
    """What the run folder gets beyond the essentials."""

    tensorboard: bool = True
    h5: bool = False


@dataclass(frozen=True)
class RunConfig:
    name: str
    seed: int = 7
    architecture: Architecture = Architecture()
    data: Data = Data()
    augment: Augment = Augment()
    phases: tuple[Phase, ...] = (Phase(),)
    optimise: Optimise = Optimise()
    keep: Keep = Keep()

    def __post_init__(self) -> None:
        if self.optimise.remember and not self.architecture.start:
            raise ConfigError(
                f"optimise.remember is {self.optimise.remember}, but there is nothing to remember: "
                "give a detector to begin from as architecture.start."
            )

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def load_config(path: Path, changes: Iterable[str] = ()) -> RunConfig:
    """Reads a YAML file and applies `key=value` changes; dots reach into its parts."""
    yaml = _yaml()
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist. Give the path of a YAML file.") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not YAML: {error}. Correct it there.") from None
    if not isinstance(raw, dict):
        raise ConfigError(f"{path} holds {type(raw).__name__}; expected keys with values.")
    for change in changes:
        _change(raw, change, yaml.safe_load)
    return parse_config({"name": path.stem, **raw})


def parse_config(raw: Mapping[str, Any]) -> RunConfig:
    return build(RunConfig, raw)


def _yaml() -> Any:
    try:
        import yaml
    except ImportError:
        raise MissingExtra("Reading a training configuration", "train") from None
    return yaml


def _change(raw: dict[str, Any], change: str, parse: Any) -> None:
    key, equals, value = change.partition("=")
    if not equals:
        raise ConfigError(f"--set got {change!r}; expected key=value, such as seed=3.")
    *parents, last = key.strip().split(".")
    place: Any = raw
    try:
        for name in parents:
            place = place[int(name)] if isinstance(place, list) else place.setdefault(name, {})
        # `architecture.weights=` means none: an empty text, which YAML would read as nothing at all.
        place[int(last) if isinstance(place, list) else last] = parse(value) if value else ""
    except (AttributeError, TypeError):
        raise ConfigError(
            f"--set got {change!r}, but {parents[-1]!r} holds a plain value."
        ) from None
    except (IndexError, ValueError):
        raise ConfigError(
            f"--set got {change!r}; a list is reached by numbers from 0, and {key!r} is not in it."
        ) from None
