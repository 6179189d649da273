"""`import unmask` is light: none of the heavy or optional libraries come along."""

from __future__ import annotations

import subprocess
import sys

HEAVY = [
    "onnxruntime",
    "keras",
    "tensorflow",
    "torch",
    "jax",
    "onnx",
    "tf2onnx",
    "matplotlib",
    "sklearn",
    "scipy",
    "pandas",
    "av",
    "cv2",
    "fastapi",
    "uvicorn",
    "streamlit",
    "gradio",
    "click",
    "pyarrow",
    "fpdf",
    "c2pa",
    "yaml",
]


def test_import_loads_nothing_heavy():
    code = "import sys, unmask; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not set(HEAVY) & set(loaded)
