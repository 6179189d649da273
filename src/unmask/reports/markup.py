"""Text -> HTML in which every string is escaped unless it was built here."""

from __future__ import annotations

from html import escape


class Markup(str):
    """HTML that `tag` built; any other string is data and gets escaped."""

    __slots__ = ()


Content = str | Markup
_VOID = frozenset({"img", "meta", "br"})


def tag(name: str, /, *content: Content, **attributes: str) -> Markup:
    """`tag("p", "a < b", class_="note")` -> `<p class="note">a &lt; b</p>`."""
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    if name in _VOID:
        return Markup(f"<{name}{pairs}>")
    return Markup(f"<{name}{pairs}>{join(*content)}</{name}>")


def join(*content: Content) -> Markup:
    return Markup("".join(c if isinstance(c, Markup) else _text(c) for c in content))


def _text(value: str) -> str:
    """Escaped, and without the control characters that HTML forbids."""
    return escape("".join(c if c >= " " or c in "\n\t" else "�" for c in value))
