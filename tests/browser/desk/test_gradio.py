"""The Gradio page in a browser and through its API: the same answer, the same bytes."""

from __future__ import annotations

import hashlib

import pytest
from tests.browser.desk.test_app import PORTRAIT


@pytest.fixture
def client(gradio_page):
    module = pytest.importorskip("gradio_client", reason="comes with the extra [gradio]")
    return module.Client(gradio_page.address, verbose=False)


def test_instant_answer_in_the_browser(gradio_page, visit):
    page = visit(gradio_page.address)
    page.locator("input[type=file]").first.set_input_files(str(PORTRAIT))
    page.locator("img[src*='/gradio_api/file']").first.wait_for()
    page.get_by_role("button", name="Analyze", exact=True).click()
    words = page.locator(".um-answer").first
    words.wait_for()
    assert words.inner_text() in ("AUTHENTIC", "LIKELY FAKE", "INCONCLUSIVE")
    page.get_by_text("Calibrated probability").first.wait_for()


def test_the_api_judges_the_very_bytes(client):
    """The hash of the answer is the hash of the file: nothing saved it again on the way."""
    from gradio_client import handle_file

    answer, label, boxes, heat, document = client.predict(
        handle_file(str(PORTRAIT)), api_name="/analyze"
    )
    sha256 = hashlib.sha256(PORTRAIT.read_bytes()).hexdigest()
    assert document["source"]["sha256"] == sha256 and "um-card" in answer
    assert {c["label"] for c in label["confidences"]} == {"fake", "real"}
    assert all(0 < c["confidence"] < 1 for c in label["confidences"])
    assert boxes and heat


def test_the_api_says_what_is_wrong(client, tmp_path):
    from gradio_client import handle_file

    broken = tmp_path / "broken.jpg"
    broken.write_bytes(PORTRAIT.read_bytes()[:9000])
    with pytest.raises(Exception, match="damaged"):
        client.predict(handle_file(str(broken)), api_name="/analyze")


def test_the_api_takes_several(client, tmp_path):
    from gradio_client import handle_file

    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no")
    files = [handle_file(str(PORTRAIT)), handle_file(str(broken))]
    table, *_downloads = client.predict(files, api_name="/analyze_many")
    assert [row[0] for row in table["data"]] == ["collins.jpg", "broken.jpg"]
    assert table["data"][1][1] == "NO ANSWER"
