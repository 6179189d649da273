"""The palette -> Gradio's theme and style sheet, so that both pages look like one house."""

from __future__ import annotations

import gradio as gr

from unmask.apps.desk.theme import ACCENT, LINK
from unmask.reports import card
from unmask.reports.palette import DARK_PAGE, LIGHT_PAGE, variables


def style() -> str:
    """The pieces that every front end shares, in both of Gradio's themes."""
    light = f":root {{ {variables(dark=False)} --um-link: {LINK['light']}; }}"
    dark = f".dark {{ {variables(dark=True)} --um-link: {LINK['dark']}; }}"
    return light + dark + card.sheet("pieces.css") + card.marks() + _OWN


NAMES = """() => {
    const name = () => document.querySelectorAll("button:not([aria-label])").forEach(button => {
        if (!button.innerText.trim() && button.querySelector("img"))
            button.setAttribute("aria-label", "Show this picture");
    });
    new MutationObserver(name).observe(document.body, {childList: true, subtree: true});
    name();
}"""
"""Gradio gives the buttons around its pictures no name; those who do not see them need one."""


def theme() -> gr.themes.Base:
    """The colours of the other front end, and fonts of the reader's own system: nothing is loaded."""
    fonts = ["system-ui", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
    mono = ["ui-monospace", "monospace"]
    return gr.themes.Default(
        font=fonts, font_mono=mono, primary_hue="blue", neutral_hue="slate"
    ).set(
        **{name: value[0] for name, value in _TONES.items()},
        **{f"{name}_dark": value[1] for name, value in _TONES.items()},
    )


_OWN = """
.um-card { margin-top: 0; } .um-card p { color: inherit; }
.um-scroll table, .um-table th, .um-table td { border: 0 !important; }
.um-table th, .um-table td { border-bottom: 1px solid var(--um-line) !important; }
details.um-more { margin-top: 1rem; } details.um-more summary { cursor: pointer; font-weight: 600; }
button[role=tab][aria-selected=true] { color: var(--um-link) !important; }
"""
_PRESSED = ("#173f74", "#275aa3")
_TONES = {
    "body_background_fill": (LIGHT_PAGE.ground, DARK_PAGE.ground),
    "background_fill_primary": (LIGHT_PAGE.ground, DARK_PAGE.ground),
    "background_fill_secondary": (LIGHT_PAGE.sheet, DARK_PAGE.sheet),
    "block_background_fill": (LIGHT_PAGE.sheet, DARK_PAGE.sheet),
    "body_text_color": (LIGHT_PAGE.text, DARK_PAGE.text),
    "body_text_color_subdued": (LIGHT_PAGE.quiet, DARK_PAGE.quiet),
    "block_label_text_color": (LIGHT_PAGE.text, DARK_PAGE.text),
    "block_title_text_color": (LIGHT_PAGE.text, DARK_PAGE.text),
    "block_label_background_fill": (LIGHT_PAGE.ground, DARK_PAGE.ground),
    "border_color_primary": (LIGHT_PAGE.line, DARK_PAGE.line),
    "button_primary_background_fill": (ACCENT["light"], ACCENT["dark"]),
    "button_primary_background_fill_hover": _PRESSED,
    "button_primary_text_color": ("#ffffff", "#ffffff"),
    "slider_color": (ACCENT["light"], ACCENT["dark"]),
    "checkbox_label_background_fill_selected": (ACCENT["light"], ACCENT["dark"]),
    "checkbox_label_text_color_selected": ("#ffffff", "#ffffff"),
    "link_text_color": (LINK["light"], LINK["dark"]),
}
"""A light and a dark value each."""
