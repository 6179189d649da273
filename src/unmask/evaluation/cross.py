"""Scores of several detectors on the same pictures -> Matrix: training sets down, test sets across."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from unmask.errors import ConfigError
from unmask.evaluation.evaluation import Settings, section
from unmask.evaluation.intervals import RESAMPLES, Figure
from unmask.evaluation.scoring import Scored
from unmask.evaluation.slices import Part, by_generator, by_set
from unmask.evaluation.tables import NOTHING, table, written

FILE = "cross.json"
SCHEMA = 1
ALL_BUT = "all but "
"""How the row of a detector begins that was trained on everything else."""
AND = "+"
"""Between names that one row leaves out together."""

KEYS = ("roc_auc", "false_alarms", "found")


@dataclass(frozen=True)
class Cell:
    """One detector on one set; figures that the set does not allow are missing."""

    trained: str
    tested: str
    seen: bool
    figures: dict[str, Figure]


@dataclass(frozen=True)
class Matrix:
    """`rows` name what was trained on, `columns` the sets tested; `seen` marks cells of the same set."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]

    def at(self, trained: str, tested: str) -> Cell:
        for cell in self.cells:
            if (cell.trained, cell.tested) == (trained, tested):
                return cell
        raise ConfigError(f"The matrix has no cell for {trained!r} on {tested!r}.")


def matrix(
    scored: Mapping[str, Sequence[Scored]],
    trained_on: Mapping[str, Sequence[str]],
    resamples: int = RESAMPLES,
) -> Matrix:
    """`scored` holds each detector's answers on the same pictures, under the row's name."""
    cells = [
        Cell(row, part.name, _seen(part, row, trained_on[row]), _figures(part, resamples))
        for row, pictures in scored.items()
        for part in _parts([s for s in pictures if not s.failure], scored)
    ]
    columns = tuple(dict.fromkeys(cell.tested for cell in cells))
    return Matrix(tuple(scored), columns, tuple(cells))


def matrix_table(result: Matrix) -> str:
    """ROC-AUC where there are fakes, else the share of real pictures called fake; own sets in bold."""
    rows = [
        [row, *(_cell(result.at(row, column)) for column in result.columns)] for row in result.rows
    ]
    note = "Sets of real pictures only: share called fake. **Bold**: the set was trained on."
    return f"{table(['trained on', *result.columns], rows)}\n\n{note}"


def unseen_table(result: Matrix) -> str:
    """What was left out, judged by the row that never saw it and by the rows that did; or nothing."""
    lines = [_unseen(result, row, name) for row in result.rows for name in _left_out(row)]
    rows = [line for line in lines if line]
    heads = ["left out", "ROC-AUC of the row without it", "of the rows with it, mean", "found"]
    return f"On what was left out:\n\n{table(heads, rows)}" if rows else ""


def write_matrix(folder: Path, result: Matrix) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    text = json.dumps({"schema": SCHEMA, **asdict(result)}, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def read_matrix(path: Path) -> Matrix:
    path = path / FILE if path.is_dir() else path
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        cells = tuple(
            Cell(**{**c, "figures": {k: Figure(**f) for k, f in c["figures"].items()}})
            for c in data["cells"]
        )
        return Matrix(tuple(data["rows"]), tuple(data["columns"]), cells)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{path} is not a matrix of sets: {error!r}. Run `unmask cross` again."
        ) from error


def _parts(pictures: Sequence[Scored], rows: Iterable[str]) -> list[Part]:
    """The sets, and the makers that a row left out."""
    makers = {name for row in rows for name in _left_out(row)}
    sets = by_set(pictures)
    names = {part.name for part in sets}
    return sets + [p for p in by_generator(pictures) if p.name in makers - names]


def _left_out(row: str) -> tuple[str, ...]:
    return tuple(row.removeprefix(ALL_BUT).split(AND)) if row.startswith(ALL_BUT) else ()


def _unseen(result: Matrix, row: str, name: str) -> list[str]:
    if name not in result.columns:
        return []
    cell = result.at(row, name)
    if "roc_auc" not in cell.figures:
        return []
    column = [result.at(other, name) for other in result.rows]
    seen = [c.figures["roc_auc"].value for c in column if c.seen and "roc_auc" in c.figures]
    mean = f"{sum(seen) / len(seen):.3f}" if seen else NOTHING
    found = written(cell.figures["found"], True) if "found" in cell.figures else NOTHING
    return [name, written(cell.figures["roc_auc"], False), mean, found]


def _seen(part: Part, row: str, trained_on: Sequence[str]) -> bool:
    """A maker was seen with any of its sets, unless the row is one without it."""
    sets = {s.entry.set for s in part.pictures}
    return part.name not in _left_out(row) and not sets.isdisjoint(trained_on)


def _figures(part: Part, resamples: int) -> dict[str, Figure]:
    told = section(part, Settings(resamples)).figures
    return {key: told[key] for key in KEYS if key in told}


def _cell(cell: Cell) -> str:
    if "roc_auc" in cell.figures:
        text = written(cell.figures["roc_auc"], False)
    elif "false_alarms" in cell.figures:
        text = written(cell.figures["false_alarms"], True)
    else:
        return NOTHING
    return f"**{text}**" if cell.seen else text
