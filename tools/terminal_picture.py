"""Runs `unmask check` in a pseudo-terminal and photographs what it printed, for the README.

usage: python tools/terminal_picture.py examples/collins.jpg examples/collins_blended.jpg
Needs Chromium; writes docs/images/answer.png.
"""

from __future__ import annotations

import html
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OUT = Path(__file__).parents[1] / "docs" / "images" / "answer.png"
STYLES = {
    "1": "font-weight:bold",
    "2": "opacity:.6",
    "31": "color:#ff7b72",
    "32": "color:#56d364",
    "33": "color:#e3b341",
}
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #0d1117; color: #e6edf3; padding: 24px 28px;
       font: 15px/1.45 "DejaVu Sans Mono", monospace; white-space: pre-wrap; }}
</style>{body}"""


def answer(arguments: list[str]) -> str:
    """What a person would see: the real program, writing to a terminal."""
    said = bytearray()

    def read(descriptor: int) -> bytes:
        said.extend(data := os.read(descriptor, 4096))
        return data

    os.environ |= {"TERM": "xterm-256color", "COLUMNS": "100"}
    pty.spawn([sys.executable, "-m", "unmask", "check", *arguments], read)
    return said.decode().replace("\r\n", "\n")


def page(text: str) -> str:
    """Escape sequences to spans; a reset closes all that are open."""
    body, open_spans = "", 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", text):
        if not part.startswith("\x1b"):
            body += html.escape(part)
            continue
        for code in part[2:-1].split(";"):
            if code in STYLES:
                body += f'<span style="{STYLES[code]}">'
                open_spans += 1
            elif code in ("", "0"):
                body += "</span>" * open_spans
                open_spans = 0
    return PAGE.format(body=body)


def photograph(document: str, lines: int) -> None:
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("Chromium is needed to draw the picture: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "answer.html"
        source.write_text(document, encoding="utf-8")
        size = f"--window-size=1080,{lines * 22 + 60}"
        subprocess.run(
            [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--force-device-scale-factor=1.5", size, f"--screenshot={OUT}", source.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip


def main() -> None:
    pictures = sys.argv[1:]
    if not pictures:
        sys.exit(__doc__)
    text = f"$ unmask check {' '.join(pictures)}\n" + answer(pictures)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    wrapped = sum(1 + len(line) // 108 for line in text.splitlines())
    photograph(page(text), wrapped)
    print(OUT)


if __name__ == "__main__":
    main()
