"""axe-core finds no serious fault on any page, in either theme."""

from __future__ import annotations

import pytest
from tests.browser.desk.test_app import PORTRAIT, _analyze, _answer, _choose

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-core")


def _at_rest(page) -> None:
    """Streamlit fades what it is about to draw anew; half-faded words have no contrast to speak of."""
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
    page.wait_for_timeout(1000)


def _faults(page) -> list[str]:
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:160]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_answer(app, visit, scheme):
    page = visit(app.address, scheme=scheme)
    _choose(page, PORTRAIT)
    _analyze(page)
    _answer(page)
    page.get_by_text("How to check it").wait_for()
    _at_rest(page)
    assert _faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_batch(app, visit, tmp_path, scheme):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(PORTRAIT.read_bytes()[:9000])
    page = visit(app.address, scheme=scheme)
    _choose(page, PORTRAIT, broken)
    _analyze(page)
    page.get_by_text("Show the answer of").wait_for()
    _at_rest(page)
    assert _faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_gradio(gradio_page, visit, scheme):
    page = visit(gradio_page.address, scheme=scheme)
    page.locator("input[type=file]").first.set_input_files(str(PORTRAIT))
    page.locator("img[src*='/gradio_api/file']").first.wait_for()
    page.get_by_role("button", name="Analyze", exact=True).click()
    page.locator(".um-answer").first.wait_for()
    page.wait_for_timeout(1500)
    assert _faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["history", "how-to-read-it"])
def test_the_other_pages(app, visit, name, scheme):
    page = visit(f"{app.address}/{name}", scheme=scheme)
    page.get_by_role("heading", level=1).wait_for()
    _at_rest(page)
    assert _faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_html_report(visit, tmp_path, scheme):
    from tests import sample_analyses

    from unmask.reports import html
    from unmask.reports.about import About

    for name, make in sample_analyses.ALL.items():
        path = tmp_path / f"{name}.html"
        path.write_text(html.render(make(), sample_analyses.picture(), About("a.jpg")))
    # a file on disk is no other machine, so it is read into an empty page
    page = visit("about:blank", scheme=scheme)
    for path in sorted(tmp_path.glob("*.html")):
        page.set_content(path.read_text())
        assert _faults(page) == [], path.name
