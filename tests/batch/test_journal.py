"""The journal: resumes after any cut, refuses other settings, other writers and strangers' files."""

from __future__ import annotations

import subprocess
import sys

import pytest

from unmask.batch.journal import Journal
from unmask.errors import ConfigError

SETTINGS = {"detector": "tiny 1.0.0", "false_alarm_rate": 0.01}
ROWS = [{"name": "a"}, {"name": b"\xff".decode("utf-8", "surrogateescape")}, {"name": "c\n"}]


def _write(path, rows=ROWS, settings=SETTINGS, **options):
    journal = Journal.open(path, settings, **options)
    for row in rows:
        journal.append(row)
    journal.close()


def _read(path, settings=SETTINGS):
    journal = Journal.open(path, settings)
    try:
        return list(journal.rows())
    finally:
        journal.close()


def test_rows_come_back_as_they_were(tmp_path):
    _write(tmp_path / "j")
    assert _read(tmp_path / "j") == ROWS


def test_cut_anywhere_it_keeps_every_whole_row_and_goes_on(tmp_path):
    path = tmp_path / "j"
    _write(path)
    whole = path.read_bytes()
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        kept = max(whole[:cut].count(b"\n") - 1, 0)
        assert _read(path) == ROWS[:kept]
        _write(path, ROWS[kept:])
        assert path.read_bytes() == whole


def test_other_settings_are_refused_and_named(tmp_path):
    _write(tmp_path / "j")
    with pytest.raises(ConfigError, match=r"false_alarm_rate was 0\.01, now 0\.05.*--restart"):
        _write(tmp_path / "j", settings={**SETTINGS, "false_alarm_rate": 0.05})
    assert _read(tmp_path / "j") == ROWS


def test_restart_forgets(tmp_path):
    _write(tmp_path / "j")
    _write(tmp_path / "j", ROWS[:1], {"detector": "other"}, restart=True)
    assert _read(tmp_path / "j", {"detector": "other"}) == ROWS[:1]


@pytest.mark.parametrize(
    "stranger", [b"name,label\na,real\n", b'{"scan"', b"{}\n", b"[1]\n", b"no newline", b"\n"]
)
def test_a_strangers_file_is_left_alone(tmp_path, stranger):
    path = tmp_path / "j"
    path.write_bytes(stranger)
    if stranger == b'{"scan"':
        assert _read(path) == []  # our own first line, cut by a kill
        return
    with pytest.raises(ConfigError, match="was not written by a scan"):
        _read(path)
    assert path.read_bytes() == stranger


def test_damage_in_the_middle_is_named(tmp_path):
    path = tmp_path / "j"
    _write(path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"\0\0\0\n" + lines[2])
    with pytest.raises(ConfigError, match="Line 2 "):
        _read(path)


def test_two_writers_at_once_are_refused(tmp_path):
    journal = Journal.open(tmp_path / "j", SETTINGS)
    with pytest.raises(ConfigError, match="Another scan is writing"):
        Journal.open(tmp_path / "j", SETTINGS)
    journal.close()
    _write(tmp_path / "j")


def test_the_lock_ends_with_its_process(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from unmask.batch.journal import Journal;"
        "Journal.open(Path(sys.argv[1]), {'detector': 'tiny 1.0.0', 'false_alarm_rate': 0.01});"
        "os.kill(os.getpid(), 9)"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path / "j")], check=False)
    assert ended.returncode == -9
    _write(tmp_path / "j")
