"""Training runs on torch and on JAX without TensorFlow; what comes out is the same network on TensorFlow.

Each backend works in a process of its own, because Keras takes one for life. Where a backend is
not installed its tests say so: `pip install torch` or `pip install jax` beside the project is enough.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np
import pytest

from unmask.training import onnx_graph
from unmask.training.config import Augment, Phase, RunConfig
from unmask.training.detector_folder import proven
from unmask.training.measure import Measure
from unmask.training.probes import probes
from unmask.training.serving import Intake, Serving

SOURCE = Path(__file__).parents[2] / "src"
NETWORKS = {
    "cnn": (Phase(epochs=2, rate=0.003),),
    "mobilenetv2": (Phase(epochs=1, train="all", rate=0.003), Phase(1, "40", 0.001, "cosine")),
}

PROGRAM = """
import json, sys
from pathlib import Path

class WithoutTensorFlow:
    # As where it is not installed: no finder knows it, and its name stands nowhere in sys.modules.
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        absent = name.partition(".")[0] == "tensorflow"
        return None if absent else self.finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self.finder, name)

sys.meta_path[:] = map(WithoutTensorFlow, sys.meta_path)

import keras
import numpy as np

from unmask.training.config import parse_config
from unmask.training.crop_store import CropStore
from unmask.training.loop import train
from unmask.training.measure import Measure

class Killed(Exception):
    pass

# Twelve steps are too few for MobileNetV2's slow statistics: all pictures would get one answer.
slow = keras.layers.BatchNormalization.__init__
keras.layers.BatchNormalization.__init__ = lambda self, *a, **k: slow(self, *a, **{**k, "momentum": 0.3})

def die(step, steps, loss):
    if step == steps - 2:
        raise Killed

config, store, out = parse_config(json.loads(sys.argv[1])), CropStore(Path(sys.argv[2])), Path(sys.argv[3])
whole = train(config, store, out / "whole")
try:
    train(config, store, out / "killed", die)
except Killed:
    train(config, store, out / "killed")
np.save(out / "logits.npy", Measure(store, config).logits(whole.best()))
print(keras.backend.backend())
"""


def _config(config: RunConfig, name: str) -> RunConfig:
    return replace(
        config,
        name=name,
        architecture=replace(config.architecture, name=name),
        augment=Augment(rotation=10, shift=0.05, damage=0.3, self_blend=0.5),
        optimise=replace(
            config.optimise, batch=8, steps_per_epoch=9
        ),  # the mean looks at every eighth
        phases=NETWORKS[name],
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_it_trains_goes_on_after_a_kill_and_is_exported(backend, name, store, config, tmp_path):
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed, so training on it was not tried")
    config = _config(config, name)
    assert _run(backend, config, store.folder, tmp_path) == [backend]
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert (whole / "history.csv").read_bytes() == (killed / "history.csv").read_bytes()
    for a, b in zip(_weights(whole), _weights(killed), strict=True):
        np.testing.assert_array_equal(a, b)
    best = keras.saving.load_model(whole / "best.keras", compile=False)
    here, there = Measure(store, config).logits(best), np.load(tmp_path / "logits.npy")
    np.testing.assert_allclose(here, there, atol=1e-4 * np.ptp(there))
    assert np.ptp(there) > 1e-3
    serving = Serving(best, Intake(config.architecture.size))
    parity = proven(onnx_graph.convert(serving), serving, probes(config.architecture.size, 32))
    assert parity.logit < 1e-4 * max(np.ptp(there), 1)


def _run(backend: str, config: RunConfig, store: Path, out: Path) -> list[str]:
    arguments = [sys.executable, "-c", PROGRAM, json.dumps(asdict(config)), str(store), str(out)]
    path = os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])
    places = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": path}
    done = subprocess.run(arguments, env=places, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def _weights(run: Path) -> list[np.ndarray]:
    return keras.saving.load_model(run / "final.keras", compile=False).get_weights()


EXPORTING = {"onnx_graph", "litert"}
"""The only modules that may know TensorFlow: what they make comes after training."""


def test_nothing_that_trains_knows_tensorflow():
    knowing = {
        path.stem
        for path in (SOURCE / "unmask" / "training").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom) and "tensorflow" in _imported(node)
    }
    assert knowing == EXPORTING


def test_nothing_that_trains_imports_what_exports():
    """Read from the source, from the loop downwards."""
    seen: set[str] = set()
    todo = ["unmask.training.loop"]
    while todo:
        name = todo.pop()
        path = SOURCE / f"{name.replace('.', '/')}.py"
        if name in seen or not path.is_file():
            continue
        seen.add(name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                todo.append(node.module)
    assert "unmask.training.batches" in seen and len(seen) > 20
    assert not {f"unmask.training.{name}" for name in EXPORTING} & seen


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return {name.split(".")[0] for name in names}
