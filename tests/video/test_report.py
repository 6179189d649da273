"""The page of a clip: a curve for each person, frames with heat, nothing loaded, nothing smuggled in."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from tests.video.clips import BLUE, RED, Square, write

from unmask.reports.about import About
from unmask.video import analyze_video
from unmask.video.report import html, words


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    def scene(number):
        return [Square(10 + number * 0.3, 30, 40, BLUE), Square(120, 20, 44, RED)]

    return write(tmp_path_factory.mktemp("clips") / "two.mp4", scene, cuts=(25,))


def test_the_page_shows_each_person(clip, look):
    found = analyze_video(clip, look)
    page = html.render(found, About("<b>two</b>.mp4"))
    assert page.count("<svg") == len(found.tracks) >= 2
    assert page.count("stroke-dasharray") == len(found.tracks) * len(found.cuts) > 0
    assert page.count("<circle") == sum(len(t.sightings) for t in found.tracks)
    assert f"{len(found.tracks)} persons found" in page
    assert "&lt;b&gt;two" in page
    assert "<b>two" not in page
    assert not re.findall(r'src="(?!data:)', page)
    assert "http" not in re.sub(
        r"http://www.w3.org/2000/svg|http-equiv", "", page.replace("%3A", ":")
    )
    assert found.source.sha256 in page


def test_heat_lies_on_the_face(clip, look):
    found = analyze_video(clip, look)
    fake = next(t for t in found.tracks if t.share_fake > 0.5)
    plain, heat = html.moment_pictures(found, fake, fake.moments[0], side=64)
    assert plain.shape == heat.shape == (64, 64, 3)
    assert (plain.astype(int) - heat).any()


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00.0"), (7.44, "0:07.4"), (59.97, "1:00.0"), (3723, "1:02:03.0")]
)
def test_times_read_as_a_player_shows_them(seconds, shown):
    assert words.clock(seconds) == shown


def test_the_pdf_says_the_same(clip, look):
    pdf = pytest.importorskip(
        "unmask.video.report.pdf", reason="the PDF report is an extra", exc_type=ImportError
    )
    pypdf = pytest.importorskip("pypdf", reason="reads the report back")
    found = analyze_video(clip, look)
    read = pypdf.PdfReader(BytesIO(pdf.render(found, About("two.mp4"))))
    text = "\n".join(page.extract_text() for page in read.pages)
    for track in found.tracks:
        assert f"Person {track.number}" in text
        assert words.span(track) in text
    assert "LIKELY FAKE" in text
    assert found.source.sha256 in text.replace("\n", "")
    pictures = sum(len(page.images) for page in read.pages)
    assert pictures == sum(len(track.moments) for track in found.tracks)
