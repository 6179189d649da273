"""The palette -> Streamlit's two themes, as options of its command line, and the style of our pieces."""

from __future__ import annotations

from importlib.resources import files

from unmask.reports import card
from unmask.reports.palette import DARK_PAGE, LIGHT_PAGE, Page, variables

ACCENT = {"light": "#1d4f91", "dark": "#2f6bc0"}
"""Behind the white words of buttons; on the dark page too dark to be words itself."""
LINK = {"light": "#1d4f91", "dark": "#8fb8f4"}
"""For words in the colour of links, and for what Streamlit writes in the accent."""
PAGES = {"light": LIGHT_PAGE, "dark": DARK_PAGE}


def theme() -> dict[str, str]:
    """`theme.light.primaryColor` and its like, for `streamlit run` or `.streamlit/config.toml`."""
    options: dict[str, str] = {"theme.baseRadius": "8px", "theme.buttonRadius": "8px"}
    for name, page in PAGES.items():
        options |= {f"theme.{name}.{key}": value for key, value in _colours(name, page).items()}
    return options


def _colours(name: str, page: Page) -> dict[str, str]:
    return {
        "primaryColor": ACCENT[name],
        "linkColor": LINK[name],
        "backgroundColor": page.ground,
        "secondaryBackgroundColor": page.sheet,
        "textColor": page.text,
        "borderColor": page.line,
        "sidebar.backgroundColor": page.sheet,
        "sidebar.secondaryBackgroundColor": page.ground,
        "sidebar.borderColor": page.line,
    }


def style() -> str:
    """Our pieces in the colours of the reader's theme.

    The browser chooses by the colour scheme that Streamlit sets: a change of theme does not run the page again.
    """
    values = (variables(dark).removesuffix(";").split("; ") for dark in (False, True))
    both = [_both(light, dark) for light, dark in zip(*values, strict=True)]
    both.append(f"--um-link: light-dark({LINK['light']}, {LINK['dark']});")
    own = files("unmask.apps.desk").joinpath("page.css").read_text(encoding="utf-8")
    rules = f":root {{ {' '.join(both)} }}{card.sheet('pieces.css')}{card.marks()}{own}"
    return f"<style>{rules}</style>"


def _both(light: str, dark: str) -> str:
    name, _, value = light.partition(": ")
    return f"{name}: light-dark({value}, {dark.partition(': ')[2]});"
