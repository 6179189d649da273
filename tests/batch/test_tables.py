"""Rows as CSV and Parquet: typed, safe in a spreadsheet, whole or not there."""

from __future__ import annotations

import csv
import sys

import pytest

from unmask.batch import tables
from unmask.batch.rows import COLUMNS
from unmask.errors import MissingExtra

NAMES = ["a.jpg", "=1+2.jpg", "-x", "+x", "@x", "'quoted", "comma,\nline", "ünï"]
ROWS = [{"name": n, "label": "real", "fake_probability": 0.25, "faces": 1} for n in NAMES]
ROWS += [{"name": "bad", "error": "corrupt_image", "message": "=cmd"}]
RAW = b"\xff.jpg".decode("utf-8", "surrogateescape")


def _read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_holds_every_row_and_column(tmp_path):
    tables.write_csv(ROWS, tmp_path / "t.csv")
    read = _read(tmp_path / "t.csv")
    assert list(read[0]) == list(COLUMNS)
    assert [row["name"].removeprefix("'") for row in read[:8]] == [
        n if n != "'quoted" else "'quoted" for n in NAMES
    ]
    assert (read[0]["fake_probability"], read[8]["label"]) == ("0.25", "")


def test_no_cell_of_text_is_a_formula(tmp_path):
    tables.write_csv(ROWS, tmp_path / "t.csv")
    for row in _read(tmp_path / "t.csv"):
        for column in ("name", "message"):
            assert not row[column].startswith(tables.RISKY)


def test_the_apostrophe_can_be_undone(tmp_path):
    """Distinct names stay distinct: one that has an apostrophe already gets a second one."""
    tables.write_csv([{"name": "=x"}, {"name": "'=x"}], tmp_path / "t.csv")
    assert [row["name"] for row in _read(tmp_path / "t.csv")] == ["'=x", "''=x"]


def test_parquet_holds_every_row_with_its_type(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra [parquet] is not installed")
    tables.write_parquet(iter(ROWS), tmp_path / "t.parquet")
    table = parquet.read_table(tmp_path / "t.parquet")
    assert table.column_names == list(COLUMNS)
    assert table["name"].to_pylist() == [*NAMES, "bad"]
    assert table["fake_probability"].to_pylist()[-2:] == [0.25, None]
    assert str(table.schema.field("faces").type) == "int64"


def test_parquet_in_several_batches(tmp_path, monkeypatch):
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra [parquet] is not installed")
    monkeypatch.setattr(tables, "BATCH", 4)
    tables.write_parquet(iter(ROWS), tmp_path / "t.parquet")
    assert parquet.read_table(tmp_path / "t.parquet").num_rows == len(ROWS)


def test_names_that_are_not_utf8_can_be_read_by_any_program(tmp_path):
    tables.write_csv([{"name": RAW}], tmp_path / "t.csv")
    assert _read(tmp_path / "t.csv")[0]["name"] == r"\xff.jpg"


def test_a_table_that_fails_leaves_the_old_one(tmp_path):
    path = tmp_path / "t.csv"
    tables.write_csv(ROWS[:1], path)
    before = path.read_bytes()

    def broken():
        yield ROWS[0]
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        tables.write_csv(broken(), path)
    assert path.read_bytes() == before


def test_without_pyarrow_the_command_to_install_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r'pip install "unmask\[parquet\]"'):
        tables.require_parquet()
