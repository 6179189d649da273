"""API keys: made, named, kept as hashes in a private file, compared in constant time, revoked."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from unmask.apps.server.settings import private_folder
from unmask.errors import ConfigError

FILE = "keys.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_KEY = re.compile(r"um_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NOBODY = hashlib.sha256(b"nobody").hexdigest()


@dataclass(frozen=True)
class Key:
    """What is kept of a key: enough to recognise it, not enough to use it.

    The secret has 256 random bits: no list of passwords helps to find it from its SHA-256, so a
    slow hash would only make a flood of wrong keys more expensive for the server.
    """

    name: str
    id: str
    sha256: str
    created: str
    revoked: str | None = None


class Keys:
    """Reads the file again whenever it changed: a key revoked is refused at the next request."""

    def __init__(self, state: Path) -> None:
        self._path = state / FILE
        self._stamp: tuple[int, int, int] | None = None
        self._keys: tuple[Key, ...] = ()

    def all(self) -> tuple[Key, ...]:
        stamp = self._look()
        if stamp != self._stamp:
            self._keys, self._stamp = self._read() if stamp else (), stamp
        return self._keys

    @property
    def any_valid(self) -> bool:
        return any(key.revoked is None for key in self.all())

    def name_of(self, text: str) -> str | None:
        """The name of a valid key, or None; takes as long for an unknown key as for a wrong one."""
        match = _KEY.fullmatch(text)
        id_, secret = match.groups() if match else ("", text)
        known = next((key for key in self.all() if hmac.compare_digest(key.id, id_)), None)
        right = hmac.compare_digest(_hash(secret), known.sha256 if known else _NOBODY)
        return known.name if known and right and known.revoked is None else None

    def add(self, name: str) -> str:
        """The new key, in full, for the only time."""
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"{name!r} cannot name a key. Use up to 64 letters, digits, '.', '-' and '_'."
            )
        if any(key.name == name and key.revoked is None for key in self.all()):
            raise ConfigError(f"There is a key called {name!r} already. Revoke it first.")
        id_, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        self._write((*self.all(), Key(name, id_, _hash(secret), _now())))
        return f"um_{id_}_{secret}"

    def revoke(self, name: str) -> None:
        if not any(key.name == name and key.revoked is None for key in self.all()):
            raise ConfigError(
                f"No valid key is called {name!r}. `unmask serve keys list` shows them all."
            )
        self._write(
            tuple(
                replace(key, revoked=_now()) if key.name == name and key.revoked is None else key
                for key in self.all()
            )
        )

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> tuple[Key, ...]:
        try:
            return tuple(Key(**key) for key in json.loads(self._path.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ConfigError(f"{self._path} is not a list of keys: {error}.") from error

    def _write(self, keys: tuple[Key, ...]) -> None:
        """Whole or not at all, and readable by nobody else."""
        folder = private_folder(self._path.parent)
        descriptor, name = tempfile.mkstemp(prefix=".keys-", dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump([asdict(key) for key in keys], file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(self._path)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
