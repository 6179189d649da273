"""Runs `unmask` as if no optional part were installed: `python base_install.py ARGUMENTS...`.

Every module that an installed distribution brings is hidden, unless the base install needs that
distribution. What it hides is worked out from the metadata of the packages, not from a list.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from importlib.abc import MetaPathFinder


def needed(name: str, found: set[str]) -> set[str]:
    """The distribution and all it requires without any extra."""
    found.add(name)
    for line in metadata.requires(name) or []:
        other = _plain(re.match(r"[A-Za-z0-9._-]+", line)[0])
        if "extra ==" not in line and other not in found and _is_installed(other):
            needed(other, found)
    return found


def hidden() -> set[str]:
    base = needed("unmask", set())
    return {
        module
        for module, distributions in metadata.packages_distributions().items()
        if not base & {_plain(d) for d in distributions}
    }


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


class Hide(MetaPathFinder):
    def __init__(self, names: set[str]) -> None:
        self._names = names

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self._names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


if __name__ == "__main__":
    sys.meta_path.insert(0, Hide(hidden()))
    from unmask.__main__ import main

    main()
