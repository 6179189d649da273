"""A proven graph and what is known about it in, a whole detector folder out."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from unmask.errors import ConfigError, DetectorDamaged, ExportMismatch
from unmask.runtime import Session
from unmask.stages.detectors import model_file, selftest
from unmask.stages.detectors.onnx_detector import OnnxDetector
from unmask.stages.detectors.spec import DetectorSpec, write_spec
from unmask.stages.detectors.store import CARD_FILE, check_name
from unmask.training.parity import Parity, prove
from unmask.training.probes import probes
from unmask.training.serving import Serving
from unmask.types import Pixels

SELFTEST_PICTURES = 4


@contextmanager
def opened(model: bytes) -> Iterator[Session]:
    """A graph that is not in a folder yet, ready to run."""
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / model_file.FILE
        path.write_bytes(model)
        yield Session.open(path)


def proven(model: bytes, serving: Serving, pictures: Pixels) -> Parity:
    """A graph that ONNX Runtime cannot open is an export that failed, not a damaged detector."""
    try:
        with opened(model) as session:
            return prove(session, serving, pictures)
    except DetectorDamaged as error:
        raise ExportMismatch(f"The exported network cannot be opened: {error}") from error


def write(
    target: Path,
    model: bytes,
    spec: DetectorSpec,
    card: str,
    tolerance: float = selftest.TOLERANCE,
) -> DetectorSpec:
    """Writes beside the target, runs the self-test there, and only then gives it its name."""
    check_name(spec.name)
    if target.exists():
        raise ConfigError(f"{target} exists already. Give another folder, or remove that one.")
    spec = replace(spec, sha256=hashlib.sha256(model).hexdigest())
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=target.parent) as work:
        folder = Path(work) / target.name
        folder.mkdir()
        (folder / model_file.FILE).write_bytes(model)
        (folder / CARD_FILE).write_text(card, encoding="utf-8")
        write_spec(folder, spec)
        _record(folder, spec.crop.size, tolerance)
        OnnxDetector.open(folder).selftest()
        shutil.move(folder, target)
    return spec


def _record(folder: Path, size: int, tolerance: float) -> None:
    session = Session.open(folder / model_file.FILE)
    pictures = probes(size, SELFTEST_PICTURES)
    answers = [session.run({"image": picture[None]}) for picture in pictures]
    logit, heat = (np.concatenate([a[k] for a in answers]) for k in ("logit", "activation_map"))
    selftest.write(folder, selftest.Recording(pictures, logit, heat, tolerance))
