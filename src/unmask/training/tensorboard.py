"""History -> event files for TensorBoard, written anew each time so that a resumed run shows one line.

The format is small (records with a checksum, each a few fields of protocol buffers), so it is
written here: no backend but TensorFlow brings a writer, and training needs none of them.
"""

from __future__ import annotations

import shutil
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

History = list[dict[str, Any]]

_POLYNOMIAL = 0x82F63B78
"""CRC-32C, bits reversed."""


def write_events(folder: Path, history: History) -> None:
    """One point per epoch and number; `auc_dfdc` becomes `auc/dfdc`, so that sets share a page."""
    now = time.time()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    events = [_event(now, 0, _text(3, "brain.Event:2"))]
    for row in history:
        points = {k.replace("_", "/", 1): float(v) for k, v in row.items() if k != "epoch"}
        events.append(_event(now, int(row["epoch"]), _bytes(5, _summary(points))))
    name = f"events.out.tfevents.{int(now)}.unmask"
    (folder / name).write_bytes(b"".join(map(_record, events)))


def _record(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return length + _checksum(length) + data + _checksum(data)


def _checksum(data: bytes) -> bytes:
    """Turned and shifted, as the format wants it: data that holds checksums stays checkable."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _table_entry(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
    return value


_TABLE = tuple(map(_table_entry, range(256)))


def _event(when: float, step: int, content: bytes) -> bytes:
    return b"\x09" + struct.pack("<d", when) + b"\x10" + _number(step) + content


def _summary(points: Mapping[str, float]) -> bytes:
    """Each value has its name (field 1) and a float (field 2)."""
    return b"".join(
        _bytes(1, _text(1, name) + b"\x15" + struct.pack("<f", value))
        for name, value in points.items()
    )


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _bytes(field: int, content: bytes) -> bytes:
    return _number(field << 3 | 2) + _number(len(content)) + content


def _number(value: int) -> bytes:
    """Seven bits a byte, the smallest first."""
    more, low = value >> 7, value & 0x7F
    return bytes([low | 0x80]) + _number(more) if more else bytes([low])
