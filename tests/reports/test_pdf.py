"""The PDF report, read back: complete, searchable in every script, numbered, and quick in bulk."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from tests import sample_analyses

from unmask.reports import wording
from unmask.reports.about import About
from unmask.types import Failure, Label, Outcome

pytest.importorskip("fpdf", reason="the PDF report needs the extra [pdf]")
pdfplumber = pytest.importorskip("pdfplumber", reason="reading PDFs back needs pdfplumber")
pypdf = pytest.importorskip("pypdf", reason="reading PDFs back needs pypdf")

from unmask.reports.pdf import Item, render, render_batch  # noqa: E402
from unmask.reports.pdf.scripts import font_for, needs_saying, needs_shaping  # noqa: E402

WHEN = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
NAMES = {
    "chinese": "名前不明.jpg",
    "arabic": "صورة.jpg",
    "hindi": "चित्र.jpg",
    "korean": "사진.jpg",
    "greek": "Ελλάδα.jpg",
    "hebrew": "תמונה.jpg",
    "latin": "Übergröße – Ænima.jpg",
}


def _about(name="portrait.jpg") -> About:
    return About(name, WHEN, "unmask 0.1.0")


def _read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data), strict=True)


def _text(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in _read(data).pages).split())


def _single(name: str) -> bytes:
    return render(sample_analyses.ALL[name](), sample_analyses.picture(), _about())


@pytest.mark.parametrize("name", sorted(sample_analyses.ALL))
def test_tells_everything(name):
    analysis = sample_analyses.ALL[name]()
    text = _text(_single(name)).replace(" ", "")
    wanted = [wording.heading(analysis.verdict.label), wording.reason(analysis.verdict)]
    wanted += [analysis.source.sha256, "640x480", "84,213bytes", "image/jpeg", "2026-11-2022:00UTC"]
    wanted += [*wording.LIMITS, *wording.verify(analysis)]
    for ref in analysis.detectors:
        wanted += [ref.version, ref.sha256, ref.calibration.fitted_on, wording.preprocessing(ref)]
        wanted += [wording.rate(ref.policy.false_alarm_rate), wording.thresholds(ref)]
    for face in analysis.faces:
        wanted += [wording.stability(face.stability), wording.faithfulness(face.explanation)]
    assert [w for w in wanted if w.replace(" ", "") not in text] == []


def test_the_first_page_is_enough_for_a_reader_in_a_hurry():
    first = _read(_single("fake")).pages[0].extract_text()
    for words in ("LIKELY FAKE", "97 %", "sample 1.2.0", "proves nothing", "Page 1 of 3"):
        assert words in first


@pytest.mark.parametrize("script", NAMES)
def test_names_in_every_script_are_drawn_and_searchable(script):
    name = NAMES[script]
    data = render(sample_analyses.fake(), sample_analyses.picture(), _about(name))
    letters = {c for c in name if c.isalpha()}
    found = set("".join(page.extract_text() for page in _read(data).pages))
    assert letters - found == set()
    assert "[U+" not in _text(data), "a character fell back to its number"


def test_scripts_mix_in_one_name_and_its_lines():
    """A line that began in a fallback font once garbled the line after it."""
    name = " ".join(NAMES.values())
    data = render(sample_analyses.fake(), sample_analyses.picture(), _about(name))
    text = _text(data)
    assert text.count("Übergröße – Ænima.jpg") == 2 and text.count("Ελλάδα.jpg") == 2
    assert "LIKELY FAKE" in text and "\ufffd" not in text and "[U+" not in text


def test_a_letter_without_font_is_named():
    text = _text(render(sample_analyses.fake(), sample_analyses.picture(), _about("a😀b.jpg")))
    assert "a[U+1F600]b.jpg" in text


@pytest.mark.parametrize(
    "name",
    [
        "हिन्दी कार्यक्रम.jpg",
        "विद्यार्थी चित्र.jpg",
        "मेरी तस्वीर का नाम.jpg",
        "மாணவர் படம்.jpg",
    ],
)
def test_reordered_names_are_also_said_as_text(name):
    """What viewers search and copy by; the bare readers of these tests see the drawn signs alone."""
    data = render(sample_analyses.real(), sample_analyses.picture(), _about(name))
    items = [Item(Outcome(name, analysis=sample_analyses.real()), sample_analyses.picture)]
    for reader in (_read(data), _read(render_batch(items, _about("1 picture")))):
        content = reader.pages[0].get_contents().get_data().decode("latin-1")
        said = bytes.fromhex(re.search(r"ActualText <FEFF([0-9A-F]+)>", content)[1])
        assert said.decode("utf-16-be") == name
        assert content.count(" BDC") == content.count("EMC")
    assert name in _read(data).metadata.title


def test_several_faces_share_pages():
    analysis = sample_analyses.fake()
    crowd = replace(analysis, faces=analysis.faces * 6)
    reader = _read(render(crowd, sample_analyses.picture(), _about()))
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles == ["The answer", *(f"Face {n}" for n in range(1, 7)), "File"]
    assert len(reader.pages) <= 6


def test_metadata_and_bookmarks():
    reader = _read(_single("inconclusive"))
    assert reader.metadata.title == "Is this face real? portrait.jpg"
    assert reader.metadata.creator == "unmask 0.1.0"
    assert reader.metadata.creation_date == WHEN
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles == ["The answer", "Face 1", "Face 2", "File"]
    assert reader.root_object["/Lang"] == "en"


def test_pictures_stand_on_their_pages():
    with pdfplumber.open(io.BytesIO(_single("fake"))) as pdf:
        assert [len(page.images) for page in pdf.pages] == [3, 2, 0]
        for page in pdf.pages:
            for image in page.images:
                assert image["x0"] >= 0 and image["x1"] <= page.width
                assert image["top"] >= 0 and image["bottom"] <= page.height


def test_the_same_input_gives_the_same_bytes():
    assert _single("fake") == _single("fake")


def _items(count: int, width: int = 300) -> list[Item]:
    makers = list(sample_analyses.ALL.values())
    picture = sample_analyses.picture(width, width * 3 // 4)
    return [
        Item(
            Outcome(f"picture_{i:04}.jpg", analysis=makers[i % 4]()),
            lambda i=i: np.roll(picture, i, axis=1),
        )
        for i in range(count)
    ]


def test_batch_has_an_overview_a_page_each_and_what_failed():
    failure = Failure("corrupt_image", "The JPEG picture is cut off. Fetch it again.")
    items = [*_items(8), Item(Outcome("broken.jpg", failure=failure), sample_analyses.picture)]
    reader = _read(render_batch(items, _about("9 pictures")))
    overview = reader.pages[0].extract_text()
    assert "broken.jpg" in overview and "picture_0007.jpg" in overview
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles[:2] == ["Overview", "picture_0000.jpg"] and "No answer" in titles
    assert failure.message in _text(render_batch(items, _about("9 pictures")))
    assert len(reader.pages) == 1 + 8 + 1 + 1


def test_the_overview_leads_to_each_page():
    reader = _read(render_batch(_items(5), _about("5 pictures")))
    numbers = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages)}
    marks = [a.get_object() for a in reader.pages[0]["/Annots"]]
    targets = [numbers[(m.get("/Dest") or m["/A"]["/D"])[0].idnum] for m in marks]
    assert sorted(set(targets)) == [1, 2, 3, 4, 5]


@pytest.mark.slow
def test_five_hundred_pictures_take_little_memory():
    """In a process of its own, whose memory nothing else has stretched before; the time is printed."""
    code = (
        "import resource, sys, time; from tests.reports import test_pdf as t\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "t.render_batch(t._items(5, 1600), t._about())\n"
        "items = t._items(500, 1600); before, start = peak(), time.process_time()\n"
        "data = t.render_batch(items, t._about('500 pictures'))\n"
        "print(time.process_time() - start, peak() - before, len(data) / 1e6)"
    )
    root = Path(__file__).parents[2]
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    seconds, grown, size = map(float, shown.split())
    print(f"500 pictures: {seconds:.1f} s of processor, +{grown:.0f} MiB, {size:.0f} MB")  # noqa: T201
    assert grown < 3 * size + 60  # the file itself; the open pictures would take 2,700 MiB


def test_scripts():
    assert font_for("名") == "chinese" and font_for("ह") == "devanagari" and font_for("😀") is None
    assert needs_saying("चित्र") and not needs_saying("صورة") and not needs_saying("a é")
    assert needs_shaping("صورة") and not needs_shaping("Ελλ 名前")


def test_every_label_has_strokes():
    from unmask.reports.pdf.blocks import STROKES

    assert set(STROKES) == set(Label)
