"""Evaluation <-> evaluation.json, Scored pictures <-> scores.csv: what a later command reads back."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from unmask.errors import ConfigError
from unmask.evaluation.evaluation import SCHEMA, Confusion, Evaluation, Measured, Section
from unmask.evaluation.intervals import Figure
from unmask.evaluation.metrics.classification import ClassLine
from unmask.evaluation.mistakes import Pattern
from unmask.evaluation.robustness import Condition, Robustness, Shift
from unmask.evaluation.scoring import Scored
from unmask.evaluation.shortcuts import Rival, Shortcuts
from unmask.evaluation.traits import Traits

FILE = "evaluation.json"
SCORES = "scores.csv"
TRAITS = tuple(field.name for field in fields(Traits))
COLUMNS = (
    "path", "set", "generator", "group", "fake", "probability", "logit", "verdict", "reason",
    "faces", *TRAITS, "failure",
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """One row of scores.csv, as far as comparing needs it."""

    path: str
    set: str
    group: str
    fake: bool
    probability: float
    verdict: str


def write_evaluation(folder: Path, result: Evaluation, scored: Sequence[Scored]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(result), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
    with (folder / SCORES).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_cells(s) for s in scored)


def read_evaluation(folder: Path) -> Evaluation:
    """Reads an evaluation's folder, or the one inside a run's or a detector's folder."""
    path = _only(folder)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return _evaluation(data)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{path} is not an evaluation: {error!r}. Run `unmask evaluate` again."
        ) from error


def read_scores(folder: Path) -> tuple[Score, ...]:
    path = _only(folder).with_name(SCORES)
    if not path.is_file():
        raise ConfigError(f"{path} is missing. Run `unmask evaluate` again.")
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(_score(row) for row in csv.DictReader(stream) if not row["failure"])


def _only(folder: Path) -> Path:
    found = [folder / FILE] if (folder / FILE).is_file() else sorted(folder.rglob(FILE))
    if len(found) != 1:
        raise ConfigError(
            f"{folder} holds {len(found)} files called {FILE}; expected one. Run "
            "`unmask evaluate` first, or name the folder of one evaluation."
        )
    return found[0]


def _cells(scored: Scored) -> list[object]:
    entry, answer = scored.entry, scored.answer
    told = [_number(getattr(scored.traits, name, math.nan)) for name in TRAITS]
    return [
        entry.path, entry.set, entry.generator, entry.group, int(scored.fake),
        _number(answer.probability), _number(answer.logit), answer.label.value,
        answer.reason.value, answer.faces, *told, scored.failure,
    ]  # fmt: skip


def _number(value: float) -> str:
    """Nine digits give a float32 back exactly; empty where nothing was measured."""
    return f"{value:.9g}" if math.isfinite(value) else ""


def _score(row: dict[str, str]) -> Score:
    return Score(
        path=row["path"],
        set=row["set"],
        group=row["group"],
        fake=row["fake"] == "1",
        probability=float(row["probability"] or "nan"),
        verdict=row["verdict"],
    )


def _evaluation(data: dict[str, Any]) -> Evaluation:
    if data["schema"] != SCHEMA:
        raise ValueError(f"schema {data['schema']}, expected {SCHEMA}")
    robust, short = data["robustness"], data["shortcuts"]
    sections = {
        key: tuple(_section(s) for s in data[key]) for key in ("sets", "generators", "slices")
    }
    return Evaluation(
        **{
            **data,
            **sections,
            "measured": Measured(**data["measured"]),
            "pool": _section(data["pool"]),
            "confusion": Confusion(*(tuple(data["confusion"][k]) for k in ("real", "fake"))),
            "classes": tuple(ClassLine(**c) for c in data["classes"]),
            "mistakes": tuple(Pattern(**p) for p in data["mistakes"]),
            "unreadable": tuple(data["unreadable"]),
            "robustness": None if robust is None else _robustness(robust),
            "shortcuts": None if short is None else _shortcuts(short),
        }
    )


def _section(data: dict[str, Any]) -> Section:
    return Section(**{**data, "figures": _figures(data["figures"])})


def _figures(data: dict[str, Any]) -> dict[str, Figure]:
    return {key: Figure(**value) for key, value in data.items()}


def _robustness(data: dict[str, Any]) -> Robustness:
    grid = tuple(_condition(c) for c in data["grid"])
    return Robustness(_condition(data["delivery"]), grid, data["per_class"])


def _condition(data: dict[str, Any]) -> Condition:
    sets = tuple(_shift(s) for s in data["sets"])
    return Condition(data["family"], data["name"], _shift(data["whole"]), sets)


def _shift(data: dict[str, Any]) -> Shift:
    return Shift(**{**data, "figures": _figures(data["figures"])})


def _shortcuts(data: dict[str, Any]) -> Shortcuts:
    rivals = tuple(
        Rival(r["name"], Figure(**r["detector"]), Figure(**r["traits"])) for r in data["rivals"]
    )
    return Shortcuts(tuple(data["features"]), tuple(data["weights"]), data["trained_on"], rivals)
