"""Clips and the camera on the Gradio page, in a browser whose camera shows the portrait."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image
from tests.browser.desk.conftest import CHROMIUM, PATIENCE
from tests.browser.desk.test_app import PORTRAIT

av = pytest.importorskip("av", reason="reading videos is an extra: pip install 'unmask[video]'")
playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")

ANSWERS = ("AUTHENTIC", "LIKELY FAKE", "INCONCLUSIVE")
SIZE = (640, 360)


def _write(path, codec, form):
    """Two seconds of the portrait moving before a grey wall."""
    with Image.open(PORTRAIT) as image:
        portrait = image.convert("RGB").resize((340, 340))
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = *SIZE, form
        for number in range(20):
            wall = Image.new("RGB", SIZE, (120, 120, 125))
            wall.paste(portrait, (60 + 5 * number, 10))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(wall), "rgb24")))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return _write(tmp_path_factory.mktemp("clip") / "clip.mp4", "mpeg4", "yuv420p")


@pytest.fixture
def watched(chromium, gradio_page, tmp_path, elsewhere):
    """Opens the page, with its camera on, in a browser of its own: the camera is an option of the browser's start."""
    camera = _write(tmp_path / "camera.mjpeg", "mjpeg", "yuvj420p")
    options = [
        "--no-sandbox",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    ]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=options)

    def watch():
        page = browser.new_context(permissions=["camera"]).new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(gradio_page.address)
        page.get_by_role("tab", name="Live").click()
        page.get_by_role("button", name="Webcam").click()
        page.get_by_role("button", name="capture photo").click()
        page.locator(".um-table .um-badge").first.wait_for()
        return page

    yield watch
    browser.close()


def test_a_camera_is_watched(watched):
    """Two at a time: a stream that held the only place would keep the second one waiting."""
    watched()
    page = watched()
    rows = page.locator(".um-table tr:has(.um-badge)")
    cells = rows.first.locator("td").all_inner_texts()
    assert cells[0].isdigit()
    assert cells[1].strip() in ANSWERS
    assert cells[2].endswith("%")
    page.get_by_role("button", name="Make a report on the last seconds").click()
    link = page.get_by_role("button", name="Download the report")
    playwright.expect(link).to_be_enabled(timeout=PATIENCE)
    with page.expect_download() as download:
        link.click()
    report = download.value.path().read_text()
    # On a machine at its limit too few frames may have come for a person.
    assert "only its last 5 seconds" in report


def test_a_clip_is_judged_person_by_person(gradio_page, visit, clip):
    page = visit(gradio_page.address)
    page.get_by_role("tab", name="Video").click()
    panel = page.locator("[role=tabpanel]:visible")
    panel.locator("input[type=file]").first.set_input_files(str(clip))
    panel.get_by_text("clip.mp4").first.wait_for()
    panel.get_by_role("button", name="Analyze clip").click()
    answer = panel.locator(".um-answer").first
    answer.wait_for()
    assert answer.inner_text() in ANSWERS
    panel.get_by_text(re.compile("persons? found")).wait_for()
    panel.locator("svg polyline").first.wait_for(state="attached")
    panel.locator("video").wait_for(state="attached")
    with page.expect_download() as download:
        panel.get_by_role("button", name="HTML").click()
    assert "Person 1" in download.value.path().read_text()


def test_the_api_gives_the_published_form(gradio_page, clip, tmp_path):
    client = pytest.importorskip("gradio_client", reason="comes with the extra [gradio]")
    jsonschema = pytest.importorskip("jsonschema")
    from unmask.video.report.data import schema

    page = client.Client(gradio_page.address, verbose=False)
    *_, document = page.predict(client.handle_file(str(clip)), api_name="/analyze_clip")
    jsonschema.Draft202012Validator(schema()).validate(document)
    assert document["tracks"]
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    with pytest.raises(Exception, match=r"broken\.mp4"):
        page.predict(client.handle_file(str(broken)), api_name="/analyze_clip")
