"""The Streamlit app, run by `unmask app` or `streamlit run`: draws the pages, never a traceback."""

from __future__ import annotations

import logging
import os

import streamlit as st

from unmask import UnmaskError
from unmask.apps.desk import check_page, history_page, learn_page, sidebar, theme
from unmask.apps.desk.history import History, place
from unmask.apps.desk.icon import icon

_LOG = logging.getLogger(__name__)


def main() -> None:
    st.set_page_config("unmask: is this face real?", icon(), layout="centered")
    st.html(theme.style())
    off = os.environ.get("UNMASK_HISTORY") == "off"
    history = None if off else History(place(os.environ))
    pages = {
        "Check": (":material/search:", lambda: check_page.show(choice, history)),
        "History": (":material/history:", lambda: history_page.show(history)),
        "How to read it": (":material/menu_book:", learn_page.show),
    }
    drawn = [
        st.Page(draw, title=name, icon=icon, url_path=name.lower().replace(" ", "-"))
        for name, (icon, draw) in pages.items()
    ]
    chosen = st.navigation(drawn, position="top")
    try:
        choice = sidebar.show(history)
        chosen.run()
    except UnmaskError as error:
        st.error(str(error), icon=":material/error:")
    except Exception:
        _LOG.exception("The page failed")
        st.error(
            "Something went wrong inside unmask. Reload the page to begin again; the details are "
            "in the log of the program.",
            icon=":material/error:",
        )


if __name__ == "__main__":
    main()
