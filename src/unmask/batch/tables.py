"""Rows -> a CSV or Parquet file, replaced as a whole, so that nobody ever reads half a table."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from unmask.batch.journal import Row
from unmask.batch.rows import COLUMNS
from unmask.errors import MissingExtra

BATCH = 10_000
RISKY = ("=", "+", "-", "@", "\t", "\r")

Writer = Callable[[Iterable[Row], Path], None]


def write_csv(rows: Iterable[Row], path: Path) -> None:
    with beside(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow([_cell(row.get(column)) for column in COLUMNS])
    beside(path).replace(path)


def write_parquet(rows: Iterable[Row], path: Path) -> None:
    require_parquet()
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    kinds = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64()}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    with ParquetWriter(beside(path), schema, compression="zstd") as writer:
        for batch in _batches(rows):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema=schema))
    beside(path).replace(path)


def require_parquet() -> None:
    """Said before a scan begins, not when it has ended."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise MissingExtra("Writing Parquet files", "parquet") from None


def readable(name: str) -> str:
    r"""A file name as text that any program can read: bytes that are not UTF-8 become \xNN."""
    raw = name.encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "backslashreplace")


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = ({**row, "name": readable(row["name"])} for row in rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front.

    So does text that begins with an apostrophe, which makes the step one that can be undone.
    """
    if not isinstance(value, str):
        return value
    text = readable(value)
    return f"'{text}" if text.startswith((*RISKY, "'")) else text


def beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.writing")
