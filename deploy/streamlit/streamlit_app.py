"""Entry for Streamlit Community Cloud: the app without a history, because strangers share it."""

import os

os.environ["UNMASK_HISTORY"] = "off"

from unmask.apps.streamlit_app import main

main()
