"""Writes what a hosted page needs: `python -m tools.hosting` the theme, `... space FOLDER` a Space."""

from __future__ import annotations

import shutil
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from unmask.apps.desk.theme import theme
from unmask.types import Limits

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
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
    """A folder to push to a Space: the entry, its card, the program itself, and what it needs.

    The program lies there as source because a Space installs from `requirements.txt` before the other files are at hand.
    """
    folder.mkdir(parents=True, exist_ok=True)
    needed = pinned("unmask[gradio,heic]")
    card = (SPACE / "README.md").read_text(encoding="utf-8")
    card = card.replace("sdk: gradio\n", f"sdk: gradio\nsdk_version: {needed['gradio']}\n")
    (folder / "README.md").write_text(card, encoding="utf-8")
    lines = (f"{name}=={version}\n" for name, version in sorted(needed.items()))
    (folder / "requirements.txt").write_text("".join(lines), encoding="utf-8")
    shutil.copy(SPACE / "app.py", folder)
    shutil.copytree(ROOT / "examples", folder / "examples", dirs_exist_ok=True)
    source, skipped = ROOT / "src" / "unmask", shutil.ignore_patterns("__pycache__")
    shutil.copytree(source, folder / "unmask", ignore=skipped, dirs_exist_ok=True)


def pinned(wanted: str) -> dict[str, str]:
    """Name -> version of all that a requirement pulls in, here, in the versions that the lock file names."""
    locked = {
        name: version for name, version in map(_locked, LOCK.read_text().splitlines()) if name
    }
    found: dict[str, str] = {}
    left = [Requirement(wanted)]
    while left:
        one = left.pop()
        for text in metadata.requires(one.name) or ():
            inner = Requirement(text)
            extras = one.extras or {""}
            if inner.marker is None or any(inner.marker.evaluate({"extra": e}) for e in extras):
                name = canonicalize_name(inner.name)
                if name not in found or inner.extras:
                    left.append(inner)
                if name != "unmask":
                    found[name] = locked[name]
    return found


def _locked(line: str) -> tuple[str, str]:
    """Empty for comments and for what is meant for another Python than this one."""
    text = line.partition("#")[0].strip()
    if not text or ((one := Requirement(text)).marker and not one.marker.evaluate()):
        return "", ""
    return canonicalize_name(one.name), next(iter(one.specifier)).version


def main() -> None:
    if sys.argv[1:2] == ["space"]:
        space(Path(sys.argv[2]))
    else:
        CONFIG.parent.mkdir(parents=True, exist_ok=True)
        CONFIG.write_text(config(), encoding="utf-8")


if __name__ == "__main__":
    main()
