"""An audit can be read as a table, kept as JSON and looked at as pictures."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from unmask.dataset import charts
from unmask.dataset.audit import audit
from unmask.dataset.audit_report import aligned, to_json, to_text, write_pictures, write_sheets
from unmask.dataset.charts import Bar, bar_chart
from unmask.dataset.contact_sheets import MISSING, TILE, Row, contact_sheet, samples
from unmask.dataset.layouts import read_folder


@pytest.fixture
def leaky(tmp_path, picture):
    picture(tmp_path / "set" / "Train" / "Real" / "a.jpg", seed=1, quality=80)
    picture(tmp_path / "set" / "Test" / "Real" / "b.jpg", seed=1, quality=80)
    picture(tmp_path / "set" / "Test" / "Fake" / "c.png", seed=2, size=300)
    (tmp_path / "set" / "Test" / "Fake" / "broken.jpg").touch()
    return audit(read_folder(tmp_path / "set"))


def test_the_table_tells_counts_classes_and_findings(leaky):
    lines = [" ".join(line.split()) for line in to_text(leaky).splitlines()]
    assert "set test 1 2 3" in lines
    assert "all 2 2" in lines
    assert "set real 2 0 JPEG 2 64 80" in lines
    assert "set fake 2 1 PNG 1 300 -" in lines
    assert "ERROR leak-exact: 1 pairs of equal files stand in two splits." in lines
    assert "note unreadable: 1 files cannot be read." in lines


def test_json_holds_everything_and_only_what_json_has(leaky):
    told = json.loads(json.dumps(to_json(leaky)))
    assert told["fingerprint"] == leaky.facts.manifest.fingerprint()
    assert told["leaks"] == [["Train/Real/a.jpg", "Test/Real/b.jpg"]] or told["leaks"] == [
        ["Test/Real/b.jpg", "Train/Real/a.jpg"]
    ]
    assert {f["kind"]: f["error"] for f in told["findings"]} == {
        "leak-exact": True,
        "unreadable": False,
    }
    assert told["classes"][1]["side"] == {"low": 300, "median": 300, "high": 300}
    assert told["classes"][1]["quality"] is None


def test_pictures_are_written_and_open(leaky, tmp_path):
    names = [path.name for path in write_pictures(leaky, tmp_path / "out")]
    assert names == ["counts.png", "sheet-set.png", "sizes.png", "qualities.png", "leaks.png"]
    for name in names:
        Image.open(tmp_path / "out" / name).load()
    assert len(write_sheets(leaky.facts.manifest, tmp_path / "first")) == 2


def test_bars_are_as_long_as_what_they_stand_for():
    image = bar_chart("t", [Bar("a", 100, 50), Bar("b", 0, 25)])
    widths = [
        sum(image.getpixel((x, y)) == colour for x in range(image.width))
        for colour, y in _rows(image)
    ]
    assert widths[1] / widths[0] == pytest.approx(0.5, abs=0.01)
    assert widths[3] / widths[0] == pytest.approx(0.25, abs=0.01)


def _rows(image):
    """The middle line of each bar with its colour."""
    colours = [tuple(bytes.fromhex(c[1:])) for c in (charts.REAL, charts.FAKE)]
    top, line = 70, charts.LINE
    for bar in range(2):
        for row, colour in enumerate(colours):
            yield colour, top + bar * (2 * line + 6) + row * line + 3


def test_a_sheet_shows_pictures_and_a_grey_tile_for_a_broken_one(tmp_path, picture):
    red = tmp_path / "red.png"
    Image.new("RGB", (50, 50), "red").save(red)
    (tmp_path / "broken.jpg").touch()
    sheet = contact_sheet([Row("two", (red, tmp_path / "broken.jpg"))])
    colours = {colour for _, colour in sheet.getcolors(1 << 16)}
    assert (255, 0, 0) in colours
    assert (
        sum(
            count for count, c in sheet.getcolors(1 << 16) if c == tuple(bytes.fromhex(MISSING[1:]))
        )
        >= TILE * TILE
    )


def test_samples_are_the_same_each_time(leaky):
    manifest = leaky.facts.manifest
    assert samples(manifest, 2) == samples(manifest, 2)
    assert set(samples(manifest, 9)) == set(manifest)


def test_columns_line_up():
    assert aligned(("a", "bb"), [("ccc", "d")]) == "a    bb\n---  --\nccc  d"
