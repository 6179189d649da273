"""Entry for a Hugging Face Space: the Gradio page, with no statistics sent."""

import os
from pathlib import Path

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

from unmask.apps import gradio_app, settings
from unmask.apps.desk import gradio_look

chosen = settings.load(os.environ)
gradio_app.build(chosen, Path(__file__).parent / "examples").launch(
    max_file_size=chosen.max_bytes,
    theme=gradio_look.theme(),
    css=gradio_look.style(),
    js=gradio_look.NAMES,
    ssr_mode=False,
)
