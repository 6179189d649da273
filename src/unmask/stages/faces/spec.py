"""finder.json <-> FinderSpec: everything about a face finder that is not its weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from unmask.errors import ConfigError, DetectorDamaged
from unmask.frozen import build

FILE = "finder.json"
FORMAT = 1


@dataclass(frozen=True)
class FinderSpec:
    """When a box is a face: from `threshold` on, or, if it fills much of the picture, `near_threshold`.

    From `suspicion` on, lower than both, a small box makes the finder look again more closely.
    """

    name: str
    version: str
    summary: str
    size: int
    threshold: float
    near_threshold: float
    suspicion: float
    sha256: str
    licence: str
    trained_on: tuple[str, ...]
    from_run: str


def read_spec(folder: Path) -> FinderSpec:
    path = folder / FILE
    try:
        return _from_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise DetectorDamaged(
            f"{path} is missing. A face finder is a folder with that file in it."
        ) from None
    except (AttributeError, TypeError, ValueError, ConfigError) as error:
        raise DetectorDamaged(
            f"{path} does not describe a face finder: {str(error).rstrip('.')}. Install the package again."
        ) from error


def write_spec(folder: Path, spec: FinderSpec) -> None:
    text = json.dumps({"format": FORMAT, **asdict(spec)}, indent=2, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def _from_json(data: dict[str, Any]) -> FinderSpec:
    if data.pop("format", None) != FORMAT:
        raise ValueError(f"expected format {FORMAT}")
    spec = build(FinderSpec, data)
    if not 0 < spec.suspicion <= spec.near_threshold <= spec.threshold < 1:
        raise ValueError("expected 0 < suspicion <= near_threshold <= threshold < 1")
    if not 32 <= spec.size <= 4096:
        raise ValueError("expected a size from 32 to 4096")
    return spec
