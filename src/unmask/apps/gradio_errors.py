"""Work in, its result out: our errors become words on the page; Gradio hides all others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from unmask import UnmaskError


def said(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except UnmaskError as error:
        raise gr.Error(str(error), print_exception=False, duration=None) from None
