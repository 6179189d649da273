"""Both themes are legible, and the options are ones that Streamlit knows."""

from __future__ import annotations

import pytest
from streamlit import config

from unmask.apps.desk import theme
from unmask.reports.palette import contrast


@pytest.mark.parametrize("name", ["light", "dark"])
def test_links_and_text_are_legible(name):
    page = theme.PAGES[name]
    for ground in (page.ground, page.sheet):
        for ink in (page.text, page.quiet, theme.LINK[name]):
            assert contrast(ink, ground) >= 4.5
        assert contrast(theme.ACCENT[name], ground) >= 3  # a surface, not words
    assert contrast("#ffffff", theme.ACCENT[name]) >= 4.5


def test_streamlit_knows_every_option():
    known = config.get_config_options()
    assert [key for key in theme.theme() if key not in known] == []


def test_the_style_carries_the_colours_of_both_themes():
    style = theme.style()
    assert "--um-page: light-dark(#ffffff, #14171b);" in style
    assert "--um-fake: light-dark(#9c1420, #ffa29c);" in style
