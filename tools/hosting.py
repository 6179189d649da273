"""Writes what a hosted page needs: `python -m tools.hosting` the theme, `... space FOLDER` a Space."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from unmask.apps.desk.theme import theme
from unmask.types import Limits

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "deploy" / "streamlit" / ".streamlit" / "config.toml"
SPACE = ROOT / "deploy" / "huggingface"


def config() -> str:
    """The same options that `unmask app` gives Streamlit, as its configuration file."""
    options = {
        "server.maxUploadSize": str(Limits.max_bytes // 2**20),
        "server.fileWatcherType": '"none"',
        "browser.gatherUsageStats": "false",
        "client.showErrorDetails": '"none"',
        "client.toolbarMode": '"viewer"',
        **{key: f'"{value}"' for key, value in theme().items()},
    }
    lines = ["# Written by `python -m tools.hosting`."]
    for section in dict.fromkeys(key.rpartition(".")[0] for key in options):
        lines += ["", f"[{section}]"]
        found = {k: v for k, v in options.items() if k.rpartition(".")[0] == section}
        lines += [f"{key.rpartition('.')[2]} = {value}" for key, value in found.items()]
    return "\n".join(lines) + "\n"


def space(folder: Path) -> None:
    """A folder to push to a Space: the entry, its card, the built package, and what to install."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("app.py", "README.md"):
        shutil.copy(SPACE / name, folder)
    shutil.copytree(ROOT / "examples", folder / "examples", dirs_exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True)
    wheel = next(folder.glob("unmask-*.whl")).name
    (folder / "requirements.txt").write_text(f"./{wheel}[gradio]\n", encoding="utf-8")


def main() -> None:
    if sys.argv[1:2] == ["space"]:
        space(Path(sys.argv[2]))
    else:
        CONFIG.parent.mkdir(parents=True, exist_ok=True)
        CONFIG.write_text(config(), encoding="utf-8")


if __name__ == "__main__":
    main()
