"""A scan of a folder with a tiny real detector: every file once, resumable, any kind of output."""

from __future__ import annotations

import csv
import json
import os
import time
from collections import Counter

import pytest
from tests.conftest import encode, picture

from unmask.batch.local import Plan, Scan
from unmask.batch.task import Settings
from unmask.errors import ConfigError, InputError, UnknownDetector

COLOURS = {"red": (250, 60, 60), "blue": (60, 60, 250), "grey": (128, 128, 128)}


@pytest.fixture
def folder(tmp_path):
    """Three kinds of faces, a broken file, a text and a picture in a folder below."""
    made = tmp_path / "pictures"
    (made / "below").mkdir(parents=True)
    for name, colour in COLOURS.items():
        (made / f"{name}.png").write_bytes(encode(picture(colour)))
    (made / "below" / "deep.jpg").write_bytes(encode(picture(COLOURS["red"]), "JPEG"))
    (made / "broken.jpg").write_bytes(encode(picture(), "JPEG")[:200])
    (made / "notes.txt").write_text("not a picture")
    return made


@pytest.fixture
def settings(tiny_detector):
    return Settings(detectors=(str(tiny_detector),), whole_picture=True)


def _scan(plan, settings, **options):
    heard = []
    with Scan(plan, settings, **options) as scan:
        return scan.run(lambda row: heard.append(row["name"])), heard


def _lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


EXPECTED = {"red.png", "blue.png", "grey.png", "below/deep.jpg", "broken.jpg"}


def test_jsonl_names_every_file_once(folder, settings, tmp_path):
    out = tmp_path / "r.jsonl"
    summary, heard = _scan(Plan(folder, out, workers=2), settings)
    header, *rows = _lines(out)
    assert header["scan"]["detectors"][0].startswith("tiny 1.0.0 ")
    assert Counter(row["name"] for row in rows) == Counter(EXPECTED) == Counter(heard)
    labels = {r["name"]: r["analysis"]["verdict"]["label"] for r in rows if r["analysis"]}
    assert labels == {
        "red.png": "fake",
        "blue.png": "real",
        "grey.png": "inconclusive",
        "below/deep.jpg": "fake",
    }
    assert summary.labels == {"fake": 2, "real": 1, "inconclusive": 1}
    assert summary.errors == {"corrupt_image": 1}


def test_csv_is_written_whole_and_goes_on(folder, settings, tmp_path):
    plan = Plan(folder, tmp_path / "r.csv", workers=1)
    _scan(plan, settings)
    (folder / "new.png").write_bytes(encode(picture(COLOURS["blue"])))
    summary, heard = _scan(plan, settings)
    with plan.out.open(newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert heard == ["new.png"]
    assert (summary.total, summary.answered_now) == (6, 1)
    assert set(rows) == EXPECTED | {"new.png"}
    assert rows["red.png"]["label"] == "fake"
    assert rows["broken.jpg"]["error"] == "corrupt_image"


def test_a_table_that_a_kill_kept_from_being_written_is_written_by_the_next_run(
    folder, settings, tmp_path
):
    plan = Plan(folder, tmp_path / "r.csv", workers=1)
    _scan(plan, settings)
    whole = plan.out.read_bytes()
    plan.out.write_text("stale\n")
    os.utime(plan.out, (1, 1))
    _scan(plan, settings)
    assert plan.out.read_bytes() == whole


def test_nothing_new_leaves_the_table_untouched(folder, settings, tmp_path):
    plan = Plan(folder, tmp_path / "r.csv", workers=1)
    _scan(plan, settings)
    before = plan.out.stat().st_mtime_ns
    assert _scan(plan, settings)[1] == []
    assert plan.out.stat().st_mtime_ns == before


def test_it_does_not_scan_its_own_files(folder, settings):
    plan = Plan(folder, folder / "r.csv", every_file=True, workers=1)
    assert set(_scan(plan, settings)[1]) == EXPECTED | {"notes.txt"}
    assert _scan(plan, settings)[1] == []


def test_an_open_scan_finds_what_comes_later(folder, settings, tmp_path):
    with Scan(Plan(folder, tmp_path / "r.jsonl", workers=1), settings) as scan:
        assert scan.count_waiting() == 5
        assert scan.run().answered_now == 5
        (folder / "late.png").write_bytes(encode(picture()))
        assert scan.run().answered_now == 6
        assert scan.run().answered_now == 6
        assert scan.summary.total == 6


def test_a_file_still_on_its_way_waits(folder, settings, tmp_path):
    past, ahead = time.time() - 100, time.time() + 100
    for path in folder.rglob("*.*"):
        os.utime(path, (past, past))
    os.utime(folder / "grey.png", (ahead, ahead))
    (folder / "fresh.png").write_bytes(b"half")
    with Scan(Plan(folder, tmp_path / "r.jsonl", workers=1, settled_for=10), settings) as scan:
        assert scan.run().answered_now == 5
        (folder / "fresh.png").write_bytes(encode(picture()))
        os.utime(folder / "fresh.png", (past, past))
        assert scan.run().answered_now == 6
        assert scan.summary.errors == {"corrupt_image": 1}


def test_other_settings_on_the_same_file_are_refused(folder, settings, tmp_path):
    plan = Plan(folder, tmp_path / "r.jsonl", workers=1)
    _scan(plan, settings)
    other = Settings(settings.detectors, false_alarm_rate=0.05, whole_picture=True)
    with pytest.raises(ConfigError, match="false_alarm_rate was"):
        _scan(plan, other)
    assert _scan(plan, other, restart=True)[0].answered_now == 5


def test_another_folder_with_the_same_file_is_refused(folder, settings, tmp_path):
    _scan(Plan(folder, tmp_path / "r.jsonl", workers=1), settings)
    with pytest.raises(ConfigError, match="folder was"):
        _scan(Plan(folder / "below", tmp_path / "r.jsonl", workers=1), settings)


def test_a_table_of_someone_else_is_not_overwritten(folder, settings, tmp_path):
    out = tmp_path / "r.csv"
    out.write_text("mine\n")
    with pytest.raises(ConfigError, match="there already"):
        _scan(Plan(folder, out), settings)
    assert out.read_text() == "mine\n"


@pytest.mark.parametrize(
    ("plan", "error", "message"),
    [
        (lambda f, t: Plan(f / "gone", t / "r.csv"), InputError, "is not a folder"),
        (lambda f, t: Plan(f, t / "r.xlsx"), ConfigError, r"\.jsonl, \.csv, \.parquet"),
        (lambda f, t: Plan(f, t / "csv"), ConfigError, "must end in"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_written(
    folder, settings, tmp_path, plan, error, message
):
    with pytest.raises(error, match=message):
        _scan(plan(folder, tmp_path), settings)
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]


def test_an_unknown_detector_leaves_nothing_behind(folder, tmp_path):
    with pytest.raises(UnknownDetector):
        _scan(Plan(folder, tmp_path / "r.csv"), Settings(detectors=("nobody",)))
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]


def test_a_file_that_vanishes_is_a_row_too(folder, settings, tmp_path):
    plan = Plan(folder, tmp_path / "r.jsonl", workers=1)
    with Scan(plan, settings) as scan:
        names = list(scan._waiting(lambda *_: None))
        (folder / "red.png").unlink()
        rows = {row["name"]: row for row in scan._pool.run(names)}
    assert rows["red.png"]["failure"]["code"] == "input_error"
