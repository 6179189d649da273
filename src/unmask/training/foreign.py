"""A Keras file from anywhere in, its network out, or a refusal: nothing in the file may run or reach outside.

Both formats name classes and functions that Keras would look up and call. Only Keras' own layers
and their settings are let through, whatever the file says; `safe_mode` alone has been outwitted
more than once, and does not cover `.h5`.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import keras

from unmask.errors import UnmaskError, UnsupportedFormat
from unmask.training.foreign_config import checked, modernised
from unmask.training.foreign_scaling import with_rescaling

MAX_BYTES = 2 * 1024**3
ZIP_MEMBERS = {"metadata.json", "config.json", "model.weights.h5"}
_H5, _ZIP = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04"


def load(path: Path) -> keras.Model:
    """Opens `.keras` and `.h5` files; tells them apart by content, not by name."""
    start = _start(path)
    if start.startswith(_H5):
        return _load_h5(path)
    if start.startswith(_ZIP):
        return _load_zip(path)
    raise UnsupportedFormat(
        f"{path} is neither a .keras nor an .h5 file. Models in other formats, pickles above all, "
        "can run any program when they are opened; save it with model.save('name.keras')."
    )


def _start(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnsupportedFormat(
                f"{path} is larger than {MAX_BYTES:,} bytes, the most accepted."
            )
        with path.open("rb") as file:
            return file.read(8)
    except OSError as error:
        raise UnsupportedFormat(
            f"{path} cannot be read: {error.strerror}. Give the path of a Keras file."
        ) from error


def _load_h5(path: Path) -> keras.Model:
    """Works on a copy without optimizer and training settings, and with today's spelling."""
    with tempfile.TemporaryDirectory() as work:
        copy = Path(work) / "model.h5"
        copy.write_bytes(path.read_bytes())
        with _opened(copy, path) as file:
            _stands_alone(file, path)
            config = modernised(checked(with_rescaling(_config_of(file, path)), path))
            for name in ("training_config",):
                file.attrs.pop(name, None)
            file.attrs["model_config"] = json.dumps(config).encode()
            file.pop("optimizer_weights", None)
        return _opened_by_keras(copy, path)


def _opened(copy: Path, path: Path) -> h5py.File:
    try:
        return h5py.File(copy, "r+")
    except OSError as error:
        raise UnsupportedFormat(f"{path} is a damaged .h5 file: {error}. Save it again.") from error


def _config_of(file: h5py.File, path: Path) -> Any:
    text = file.attrs.get("model_config")
    if text is None:
        raise UnsupportedFormat(
            f"{path} holds weights but no network. Save the whole model with model.save(...)."
        )
    return _json(text.decode() if isinstance(text, bytes) else str(text), path)


def _load_zip(path: Path) -> keras.Model:
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, path)
            checked(_json(archive.read("config.json").decode(), path), path)
            with h5py.File(BytesIO(archive.read("model.weights.h5")), "r") as weights:
                _stands_alone(weights, path)
    except (zipfile.BadZipFile, KeyError, OSError, UnicodeDecodeError) as error:
        raise UnsupportedFormat(f"{path} is a damaged .keras file: {error}.") from error
    with tempfile.TemporaryDirectory() as work:
        copy = Path(work) / "model.keras"
        copy.write_bytes(path.read_bytes())
        return _opened_by_keras(copy, path)


def _check_members(archive: zipfile.ZipFile, path: Path) -> None:
    names = {entry.filename for entry in archive.infolist()}
    if names != ZIP_MEMBERS or len(archive.infolist()) != len(names):
        odd = ", ".join(sorted(names - ZIP_MEMBERS)[:3] or sorted(ZIP_MEMBERS - names))
        raise UnsupportedFormat(
            f"{path} is not a plain .keras file ({odd}); expected {', '.join(sorted(ZIP_MEMBERS))}."
        )
    if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
        raise UnsupportedFormat(f"{path} unpacks to more than {MAX_BYTES:,} bytes.")


def _json(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnsupportedFormat(f"The network in {path} is not described in JSON.") from error


def _stands_alone(file: h5py.File, path: Path) -> None:
    """Refuses links and storage outside the file: they would read whatever they name on this machine."""
    groups = [file]
    while groups:
        group = groups.pop()
        for name in group:
            link = group.get(name, getlink=True)
            item = group[name] if isinstance(link, h5py.HardLink) else None
            outside = isinstance(item, h5py.Dataset) and (item.external or item.is_virtual)
            if item is None or outside:
                raise UnsupportedFormat(
                    f"{path} takes {group.name}/{name} from elsewhere. Save the model again in one file."
                )
            if isinstance(item, h5py.Group):
                groups.append(item)


def _opened_by_keras(copy: Path, path: Path) -> keras.Model:
    try:
        return keras.saving.load_model(copy, compile=False, safe_mode=True)
    except UnmaskError:
        raise
    except Exception as error:  # Keras raises whatever a layer trips over
        reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        raise UnsupportedFormat(
            f"Keras {keras.__version__} cannot open {path}: {reason[:300]} "
            "Save it again with a present version of Keras."
        ) from error
