"""`unmask gradio`: opens the Gradio page, on this machine only unless told otherwise."""

from __future__ import annotations

import os
import time
from importlib.util import find_spec

import click

from unmask.apps.cli import options
from unmask.errors import MissingExtra


@click.command(short_help="Open the Gradio page.")
@click.option("--port", default=7860, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser window.")
@click.option(
    "--share",
    is_flag=True,
    help="Let Gradio make a public link: what is dropped there then passes through its servers.",
)
@options.detector
@options.false_alarm_rate
def gradio(
    port: int,
    host: str,
    no_browser: bool,
    share: bool,
    detector: tuple[str, ...],
    false_alarm_rate: float | None,
) -> int:
    """Open the Gradio page; programs can call it with gradio_client.

    It listens on this machine only, and asks Gradio to send no statistics.
    """
    if find_spec("gradio") is None or find_spec("fpdf") is None:
        raise MissingExtra("The Gradio page", "gradio")
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from unmask.apps import gradio_app
    from unmask.apps.desk import gradio_look

    chosen = options.chosen(detector, false_alarm_rate)
    page = gradio_app.build(chosen)
    page.launch(
        server_name=host,
        server_port=port,
        inbrowser=not no_browser,
        share=share,
        max_file_size=chosen.max_bytes,
        theme=gradio_look.theme(),
        css=gradio_look.style(),
        js=gradio_look.NAMES,
        prevent_thread_lock=True,
        ssr_mode=False,
    )
    _wait()
    page.close(verbose=False)
    return 0


def _wait() -> None:
    """Until the user stops it."""
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
