"""A name or a path in, the detector folder out: what ships with the package and what was installed."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from unmask.errors import ConfigError, DetectorDamaged, UnknownDetector
from unmask.stages.detectors import model_file, selftest
from unmask.stages.detectors.onnx_detector import OnnxDetector
from unmask.stages.detectors.spec import FILE as SPEC_FILE
from unmask.stages.detectors.spec import read_spec

CARD_FILE = "README.md"
FILES = (model_file.FILE, SPEC_FILE, CARD_FILE, selftest.FILE)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def shipped_folder() -> Path:
    """The detectors that come inside the package."""
    return Path(__file__).parents[2] / "models"


def user_folder() -> Path:
    """Where this user's own detectors are installed."""
    return Path.home() / ".local" / "share" / "unmask" / "detectors"


def check_name(name: str) -> str:
    """A name is also a folder's name: nothing in it may lead elsewhere."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot name a detector. Use up to 64 small letters, digits, '.', '-' and "
            "'_', beginning with a letter or digit."
        )
    return name


class Store:
    """Looks through folders in order; installs into the last."""

    def __init__(self, folders: Sequence[Path] | None = None) -> None:
        self._folders = tuple(folders or (shipped_folder(), user_folder()))

    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name())

    def find(self, name_or_path: str | Path) -> Path:
        """A known name wins; anything else must be a folder with a detector in it."""
        known = self._by_name()
        if isinstance(name_or_path, str) and name_or_path in known:
            return known[name_or_path]
        path = Path(name_or_path)
        if (path / SPEC_FILE).is_file():
            return path
        raise UnknownDetector(str(name_or_path), known)

    def open(self, name_or_path: str | Path, threads: int = 1) -> OnnxDetector:
        return OnnxDetector.open(self.find(name_or_path), threads)

    def verify(self, name_or_path: str | Path) -> None:
        """Raises unless all files are there, the weights match and the self-test gives its answers."""
        _verify(self.find(name_or_path))

    def install(self, folder: Path, replace: bool = False) -> Path:
        """Copies a detector in, whole or not at all, and only after the copy proved itself."""
        name = self._free_name(folder, replace)
        home = self._folders[-1]
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".installing-", dir=home) as work:
            copy = Path(work) / name
            copy.mkdir()
            for file in FILES:
                shutil.copyfile(folder / file, copy / file)
            _verify(copy)
            _swap(copy, home / name, Path(work) / "replaced")
        return home / name

    def _by_name(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for folder in self._folders:
            for spec in sorted(folder.glob(f"*/{SPEC_FILE}")):
                if _NAME.fullmatch(spec.parent.name):
                    found.setdefault(spec.parent.name, spec.parent)
        return found

    def _free_name(self, folder: Path, replace: bool) -> str:
        _check_files(folder)
        name = check_name(read_spec(folder).name)
        taken = self._by_name().get(name)
        if taken and taken.parent != self._folders[-1]:
            raise ConfigError(
                f"{name!r} is the name of a detector that ships with unmask. "
                "Give yours another name in its detector.json."
            )
        if (self._folders[-1] / name).exists() and not replace:
            raise ConfigError(
                f"A detector called {name!r} is installed already. Ask for it to be replaced, "
                "or give the new one another name in its detector.json."
            )
        return name


def _check_files(folder: Path) -> None:
    for path in (folder, *(folder / file for file in FILES)):
        if path.is_symlink():
            raise DetectorDamaged(f"{path} is a link. A detector is made of plain files.")
    missing = [file for file in FILES if not (folder / file).is_file()]
    if missing:
        raise DetectorDamaged(
            f"{folder} lacks {', '.join(missing)}. A detector is a folder with {', '.join(FILES)}."
        )


def _verify(folder: Path) -> None:
    _check_files(folder)
    OnnxDetector.open(folder).selftest()


def _swap(new: Path, target: Path, aside: Path) -> None:
    """Two renames on one disk: nobody ever sees half a detector."""
    if target.exists():
        target.rename(aside)
    new.rename(target)
