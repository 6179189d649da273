"""The app's logic: upload, answer, batch, address, camera, history, friendly errors."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from streamlit.testing.v1 import AppTest
from tests import sample_analyses

from unmask.apps.desk import check_page, intake
from unmask.apps.desk.history import History
from unmask.apps.desk.result import Result
from unmask.apps.server.problems import Problem
from unmask.reports import overlay, wording
from unmask.types import Outcome


def _upload(app, *files):
    app.run()
    app.file_uploader[0].set_value(list(files)).run()
    return app.button[0].click().run()


def _html(app) -> str:
    """Without the style sheet, which names every piece whether it is there or not."""
    bodies = [element.proto.body for element in app.get("html")]
    return " ".join(body for body in bodies if not body.startswith("<style>"))


def _jpeg(portrait: bytes, name: str = "collins.jpg"):
    return (name, portrait, "image/jpeg")


def test_the_first_page_invites(app):
    app.run()
    assert app.title[0].value == "Is this face real?"
    assert app.button[0].label == "Analyze" and app.button[0].disabled
    assert not app.exception


def test_one_picture_gets_one_card(app, portrait):
    _upload(app, _jpeg(portrait))
    assert not app.exception and not app.error
    assert _html(app).count("um-card") == 1
    assert "Real faces called fake at this threshold" in _html(app)
    assert "Saved again" in _html(app)
    assert {b.label for b in app.get("download_button")} == {"PDF report", "HTML report", "JSON"}


def test_the_answer_names_its_picture(app, portrait):
    _upload(app, _jpeg(portrait, "صورة.jpg"))
    assert '<h2 class="um-name" dir="auto">صورة.jpg</h2>' in _html(app)
    assert "JPEG, 512 x 512 pixels" in _html(app)


def test_a_new_picture_never_stands_beside_an_old_answer(app, portrait):
    _upload(app, _jpeg(portrait))
    app.file_uploader[0].set_value([_jpeg(portrait, "another.jpg")]).run()
    assert "um-card" not in _html(app)
    app.button[0].click().run()
    assert "um-card" in _html(app)


def test_an_answer_stays_when_its_picture_was_taken_away(app, portrait):
    """So it is after a look at another page, which empties the uploader."""
    _upload(app, _jpeg(portrait))
    app.file_uploader[0].set_value([]).run()
    assert "um-card" in _html(app) and app.button[0].disabled


def test_changed_settings_are_told_apart_from_those_of_the_answer(app, portrait):
    _upload(app, _jpeg(portrait))
    assert not app.info
    app.select_slider[0].set_value(0.05).run()
    assert "changed the settings" in app.info[0].value
    app.button[0].click().run()
    assert not app.info


def test_a_broken_off_batch_says_so(app, portrait):
    _upload(app, _jpeg(portrait, "a.jpg"), _jpeg(portrait, "b.jpg"))
    app.session_state.asked.results.pop()
    app.run()
    assert "Broken off after 1 of 2" in app.warning[0].value and len(app.dataframe[0].value) == 1


def test_what_the_detector_cannot_judge_is_said(app, portrait):
    _upload(app, _jpeg(portrait))
    assert "Anything real." in _html(app)


def test_many_pictures_get_a_table(app, portrait):
    broken = ("broken.jpg", portrait[:5000], "image/jpeg")
    _upload(app, _jpeg(portrait, "a.jpg"), _jpeg(portrait, "b.jpg"), broken)
    table = app.dataframe[0].value
    assert list(table["picture"]) == ["a.jpg", "b.jpg", "broken.jpg"]
    assert table["answer"][2].endswith("NO ANSWER")
    assert {b.label for b in app.get("download_button")} == {"CSV", "JSON", "PDF report"}
    counts = re.findall(r"<strong>(\d+)</strong>", _html(app))
    assert sum(map(int, counts)) == 3 and counts[-1] == "1"
    app.selectbox[0].set_value(0).run()
    assert "um-card" in _html(app)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"GIF89a no", "damaged"),
        (b"%PDF-1.7", "not a picture"),
        (b"", "not a picture"),
    ],
)
def test_bad_files_get_friendly_words(app, data, words):
    _upload(app, ("x.jpg", data, "image/jpeg"))
    assert not app.exception
    assert words in app.error[0].value


def test_a_hostile_name_is_text(app):
    _upload(app, ("<script>[x](javascript:1).jpg", b"no", "image/jpeg"))
    assert "\\<script\\>\\[x\\]" in app.error[0].value


def test_our_own_mistakes_show_words_not_a_traceback(app, portrait, monkeypatch):
    def fail(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("unmask.analyzer.Analyzer.analyze", fail)
    _upload(app, _jpeg(portrait))
    assert not app.exception
    assert "Something went wrong" in app.error[0].value.replace("\\", "")
    assert "secret" not in app.error[0].value


def test_a_failing_page_shows_words_too(app, monkeypatch):
    def fail(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(check_page, "show", fail)
    app.run()
    assert not app.exception and "Something went wrong" in app.error[0].value


class _Web:
    """Stands for the network; the real one is tested where it lives."""

    asked: ClassVar[list[str]] = []
    answer: ClassVar[bytes | Problem] = b""

    def __init__(self, *_):
        pass

    async def get(self, address):
        self.asked.append(address)
        if isinstance(self.answer, Problem):
            raise self.answer
        return self.answer


@pytest.fixture
def web(monkeypatch):
    monkeypatch.setattr(intake, "Fetcher", _Web)
    monkeypatch.setattr(_Web, "asked", [])
    return _Web


def _give_address(app, address):
    app.run()
    app.get("button_group")[0].set_value("Address").run()
    app.text_input[0].set_value(address).run()


def test_an_address_is_fetched_only_when_asked(app, portrait, web, monkeypatch):
    monkeypatch.setattr(web, "answer", portrait)
    _give_address(app, "https://example.org/a%20b.jpg")
    assert web.asked == []
    app.button[0].click().run()
    assert web.asked == ["https://example.org/a%20b.jpg"]
    assert "um-card" in _html(app)
    assert app.session_state.asked.results[0].name == "a b.jpg"


def test_an_address_that_fails_gets_words(app, web, monkeypatch):
    monkeypatch.setattr(web, "answer", Problem("fetch_failed", "It did not answer."))
    _give_address(app, "https://example.org")
    app.button[0].click().run()
    assert "did not answer" in app.error[0].value and not app.exception


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "http://[::1]/", "file:///etc/passwd"])
def test_only_public_addresses_are_fetched(app, address):
    _give_address(app, address)
    app.button[0].click().run()
    assert app.error and not app.exception


def test_the_camera(app, portrait):
    app.run()
    app.get("button_group")[0].set_value("Camera").run()
    app.camera_input[0].set_value(_jpeg(portrait, "shot.jpg")).run()
    app.button[0].click().run()
    assert app.session_state.asked.results[0].name == "camera.jpg"


def test_the_history_keeps_answers(app, portrait, history_file):
    _upload(app, _jpeg(portrait))
    assert [e.name for e in History(history_file).entries()] == ["collins.jpg"]


def test_the_history_can_be_switched_off(app, portrait, history_file):
    app.run()
    app.toggle[0].set_value(False).run()
    _upload(app, _jpeg(portrait))
    assert History(history_file).entries() == []


def test_without_history_nothing_is_written(app, portrait, tmp_path, monkeypatch):
    monkeypatch.setenv("UNMASK_HISTORY", "off")
    monkeypatch.chdir(tmp_path)
    _upload(app, _jpeg(portrait))
    assert not app.exception and not app.toggle
    assert list(tmp_path.rglob("*.sqlite")) == []


def test_the_budget_reaches_the_answer(app, portrait):
    app.run()
    app.select_slider[0].set_value(0.05).run()
    _upload(app, _jpeg(portrait))
    analysis = app.session_state.asked.results[0].outcome.analysis
    assert analysis.detectors[0].policy.false_alarm_budget == 0.05


def test_the_heat_map_has_an_opacity_and_a_note(app, portrait):
    _upload(app, _jpeg(portrait))
    app.get("button_group")[-1].set_value("Heat map").run()
    assert app.slider[0].label.startswith("Opacity")
    assert any("heat map" in caption.value for caption in app.caption)
    app.slider[0].set_value(20).run()
    assert not app.exception


def test_a_missing_detector_is_said(app, portrait, monkeypatch):
    monkeypatch.setenv("UNMASK_DETECTOR", "nobody")
    _upload(app, _jpeg(portrait))
    assert not app.exception and "No detector is called 'nobody'" in app.error[0].value


def _history_page(path):
    from pathlib import Path

    from unmask.apps.desk import history_page
    from unmask.apps.desk.history import History

    history_page.show(History(Path(path)) if path else None)


@pytest.fixture
def kept(history_file) -> AppTest:
    """The history page with two entries."""
    picture = overlay.encode(sample_analyses.picture())
    for name, make in list(sample_analyses.ALL.items())[:2]:
        outcome = Outcome(f"{name}.jpg", analysis=make())
        History(history_file).add(Result(outcome, datetime.now(UTC), picture))
    return AppTest.from_function(_history_page, args=(str(history_file),), default_timeout=120)


def test_the_history_page_lists_and_opens(kept):
    kept.run()
    assert re.findall(r'um-entry" dir="auto">([^<]+)', _html(kept)) == ["real.jpg", "fake.jpg"]
    next(b for b in kept.button if b.label == "Open").click().run()
    assert "um-card" in _html(kept) and not kept.exception


def test_the_history_page_clears(kept, history_file):
    kept.run()
    next(b for b in kept.button if b.label == "Remove all").click().run()
    assert History(history_file).entries() == [] and "Nothing is kept yet" in kept.info[0].value


def test_the_history_page_says_when_it_is_off():
    page = AppTest.from_function(_history_page, args=("",), default_timeout=120).run()
    assert "switched off" in page.info[0].value


def test_the_page_that_explains():
    def script():
        from unmask.apps.desk import learn_page

        learn_page.show()

    page = AppTest.from_function(script, default_timeout=120).run()
    assert not page.exception
    assert all(words in _html(page) for words in wording.LIMITS)
