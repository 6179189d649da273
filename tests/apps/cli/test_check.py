"""`unmask check`: the answer people see first, as text, as JSON, as a heat map and as a report."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image
from tests.conftest import encode, picture

from unmask.reports.schema import schema

GOLDEN = Path(__file__).parent / "golden" / "check.json"


@pytest.fixture
def check(unmask, tiny_detector):
    def call(*arguments):
        return unmask("check", "--whole-picture", "-d", tiny_detector, *arguments)

    return call


@pytest.fixture
def red(tmp_path):
    path = tmp_path / "red.png"
    path.write_bytes(encode(picture((250, 60, 60))))
    return path


def _same(expected, got, where="answer"):
    """Equal, numbers within what another CPU or JPEG decoder may make of them."""
    if isinstance(expected, dict):
        assert list(expected) == list(got), where
        for key in expected:
            _same(expected[key], got[key], f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(expected) == len(got), where
        for number, (one, other) in enumerate(zip(expected, got, strict=True)):
            _same(one, other, f"{where}[{number}]")
    elif isinstance(expected, float):
        assert got == pytest.approx(expected, rel=0.02, abs=0.01), where
    else:
        assert got == expected, where


def test_the_answer_tells_all_that_is_promised(check, red):
    answer = check(red)
    assert answer.code == 0
    assert answer.err == ""
    for promised in (
        "LIKELY FAKE",
        "more than 99 %",
        "Why: ",
        "Face 1",
        "Real faces called fake at this threshold: 20 of 2,000",
        "  tiny cannot judge\n    Anything real.",
        "SHA-256",
    ):
        assert promised in answer.out
    assert "\x1b" not in answer.out


def test_json_is_the_golden_answer(check, portrait_path, monkeypatch):
    """Written by `python -m tools.golden_check`; a difference is a change that users will notice."""
    monkeypatch.chdir(portrait_path.parents[1])
    answer = check("examples/collins.jpg", "--json")
    assert answer.out.count("\n") == 1
    _same(json.loads(GOLDEN.read_text(encoding="utf-8")), json.loads(answer.out))


def test_json_follows_the_published_schema(check, red):
    analysis = json.loads(check(red, "--json").out)["analysis"]
    jsonschema.validate(analysis, schema())


def test_several_pictures_are_answered_each_and_a_bad_one_only_costs_itself(check, red, tmp_path):
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    answer = check(red, bad, tmp_path / "gone.jpg", red)
    assert answer.code == 2
    assert answer.out.count("LIKELY FAKE  ") == 2
    assert [line.partition(":")[0] for line in answer.err.splitlines()] == ["Error", "Error"]
    assert "bad.jpg" in answer.err
    assert "gone.jpg" in answer.err


def test_json_names_failures_too(check, red, tmp_path):
    lines = check(red, tmp_path / "gone.jpg", "--json").out.splitlines()
    outcomes = [json.loads(line) for line in lines]
    assert outcomes[0]["analysis"]["verdict"]["label"] == "fake"
    assert outcomes[1]["failure"]["code"] == "input_error"


def test_standard_input(unmask_process, tiny_detector, red):
    answer = unmask_process(
        "check", "-", "--json", "--whole-picture", "-d", tiny_detector, data=red.read_bytes()
    )
    assert answer.code == 0
    assert json.loads(answer.out)["analysis"]["verdict"]["label"] == "fake"


def test_an_endless_standard_input_ends_at_the_limit(unmask_process, tiny_detector):
    options = ("--whole-picture", "-d", tiny_detector)
    answer = unmask_process("check", "-", *options, data=b"x" * 5000, UNMASK_MAX_BYTES="999")
    assert answer.code == 2
    assert "at most 999 are accepted" in answer.err


def test_a_heat_map_has_the_size_of_the_picture(check, portrait_path, tmp_path):
    out = tmp_path / "heat.png"
    assert check(portrait_path, "--heatmap", out).code == 0
    with Image.open(out) as heat, Image.open(portrait_path) as original:
        assert heat.format == "PNG"
        assert heat.size == original.size
        difference = np.abs(np.asarray(heat, float) - np.asarray(original, float))
    assert difference.mean() > 5
    assert [p.name for p in tmp_path.iterdir()] == ["heat.png"]


def test_a_report_is_a_page(check, red, tmp_path):
    out = tmp_path / "report.html"
    assert check(red, "--report", out).code == 0
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "red.png" in page
    assert str(tmp_path) not in page


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--heatmap", "x.jpg"), "must end in .png"),
        (("--report", "x.docx"), "must end in .html or .pdf"),
    ],
)
def test_papers_of_other_kinds_are_refused_at_once(check, red, options, message):
    answer = check(red, *options)
    assert (answer.code, answer.out) == (4, "")
    assert message in answer.err


def test_papers_are_for_one_picture(check, red):
    answer = check(red, red, "--heatmap", "x.png")
    assert answer.code == 4
    assert "one picture at a time" in answer.err


def test_a_report_that_cannot_be_written_is_said(check, red, tmp_path):
    answer = check(red, "--report", tmp_path / "no" / "such" / "folder.html")
    assert answer.code == 7
    assert "No such file or directory" in answer.err


def test_several_detectors_are_asked_together(unmask, tiny_detector, second_detector, red):
    answer = unmask(
        "check", red, "-d", tiny_detector, "-d", second_detector, "--whole-picture", "--json"
    )
    verdict = json.loads(answer.out)["analysis"]["verdict"]
    assert (verdict["label"], verdict["reason"]) == ("inconclusive", "detectors_disagree")


def test_the_environment_chooses_where_no_option_does(unmask, tiny_detector, red, monkeypatch):
    monkeypatch.setenv("UNMASK_DETECTOR", str(tiny_detector))
    monkeypatch.setenv("UNMASK_FALSE_ALARM_RATE", "0.05")
    answer = unmask("check", red, "--whole-picture", "--json")
    detector = json.loads(answer.out)["analysis"]["detectors"][0]
    assert (detector["name"], detector["policy"]["false_alarm_budget"]) == ("tiny", 0.05)


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("-d", "nobody"), 3, "No detector is called 'nobody'"),
        (("--false-alarm-rate", "0.02"), 4, "has no thresholds for a false-alarm budget of 0.02"),
        (("--false-alarm-rate", "often"), 2, "is not a valid float"),
        (("--nonsense",), 2, "No such option"),
    ],
)
def test_mistakes_get_a_sentence_and_a_code(check, unmask, red, options, code, message):
    answer = unmask("check", red, *options) if "nobody" in options else check(red, *options)
    assert answer.code == code
    assert message in answer.err


def test_a_damaged_detector_is_said(unmask, tiny_detector, red, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in tiny_detector.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    (copy / "model.onnx").write_bytes(b"other weights")
    answer = unmask("check", red, "-d", copy, "--whole-picture")
    assert answer.code == 3
    assert "model.onnx" in answer.err


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/a.jpg"])
def test_other_addresses_are_refused(check, address):
    answer = check(address)
    assert answer.code == 2
    assert "only http and https" in answer.err


def test_a_name_cannot_play_with_the_terminal(check, tmp_path):
    path = tmp_path / "\x1b[2J\x1b]0;owned\x07.png"
    path.write_bytes(encode(picture()))
    (tmp_path / "\x1b[1mbad.png").write_bytes(b"bad")
    answer = check(path, tmp_path / "\x1b[1mbad.png")
    assert "\x1b" not in answer.out + answer.err
    assert "\x07" not in answer.out + answer.err


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are text there, not bytes")
def test_a_name_that_is_not_utf8_is_answered(check, tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff.png"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(encode(picture((250, 60, 60))))
    answer = check(os.fsdecode(path))
    assert answer.code == 0
    assert "LIKELY FAKE" in answer.out
