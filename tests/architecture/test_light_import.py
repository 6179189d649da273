"""`import unmask` is light: nothing comes along, and with its names no heavy or optional library."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

import unmask

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


def loaded_by(code: str) -> set[str]:
    told = f"import sys; {code}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_loads_nothing_but_itself():
    assert not loaded_by("import unmask") & {*HEAVY, "numpy", "PIL"}


def test_the_names_load_nothing_heavy():
    loaded = loaded_by("from unmask import *; Analyzer, Outcome")
    assert {"numpy", "PIL"} <= loaded
    assert not set(HEAVY) & loaded


def test_every_public_name_is_there():
    for name in unmask.__all__:
        assert getattr(unmask, name) is not None
    assert dir(unmask) == sorted(unmask.__all__)


def test_what_types_are_checked_against_is_what_is_loaded(modules):
    (package,) = (m for m in modules if m.name == "unmask")
    imported = {
        alias.name: node.module
        for block in package.tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == {name: getattr(unmask, name).__module__ for name in imported}
    assert {*imported, "__version__"} == set(unmask.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="unmask' has no attribute 'Analyser'"):
        _ = unmask.Analyser
    with pytest.raises(ImportError, match="Analyser"):
        from unmask import Analyser  # noqa: F401
