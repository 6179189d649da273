"""Imports point down only, parts on one line are strangers, and every heavy library has one home."""

from __future__ import annotations

import ast

ROWS = [
    {"__main__"},
    {"apps"},
    {"batch", "training", "video"},
    {"evaluation", "records"},
    {"dataset", "reports"},
    {"analyzer", "catalogue"},
    {"stages"},
    {"runtime"},
    {"pixels"},
    {"types"},
    {"frozen"},
    {"errors"},
]
RANK = {part: rank for rank, row in enumerate(ROWS) for part in row}

HOMES = {
    "onnxruntime": ("unmask.runtime", "unmask.training.quantize"),
    "keras": ("unmask.training",),
    "tensorflow": ("unmask.training",),
    "onnx": ("unmask.training",),
    "tf2onnx": ("unmask.training",),
    "av": ("unmask.video",),
    "ray": ("unmask.batch.cluster",),
    "dask": ("unmask.batch.cluster",),
    "fastapi": ("unmask.apps",),
    "uvicorn": ("unmask.apps",),
    "streamlit": ("unmask.apps",),
    "gradio": ("unmask.apps",),
    "click": ("unmask.apps",),
    "c2pa": ("unmask.stages.provenance",),
}

FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "helper", "misc", "core", "base"}


def test_every_part_has_a_row(modules):
    assert {m.part for m in modules} - {""} <= set(RANK)


def test_imports_point_down(modules):
    wrong = [
        f"{m.name} imports {target}"
        for m in modules
        if m.part
        for target in m.imports()
        if target.startswith("unmask.") and not _allowed(m, target.split(".")[1])
    ]
    assert not wrong


def _allowed(module, part: str) -> bool:
    return part == module.part or part not in RANK or RANK[part] > RANK[module.part]


def test_stages_are_strangers(modules):
    wrong = [
        f"{m.name} imports {target}"
        for m in modules
        if m.part == "stages"
        for target in m.imports()
        if target.startswith("unmask.stages.") and target.split(".")[2] != m.name.split(".")[2]
    ]
    assert not wrong


def test_apps_use_the_public_api(modules):
    wrong = [
        f"{m.name} imports {target}"
        for m in modules
        if m.part == "apps"
        for target in m.imports()
        if target.startswith(("unmask.stages", "unmask.runtime"))
    ]
    assert not wrong


def test_heavy_libraries_have_one_home(modules):
    wrong = [
        f"{m.name} imports {target}"
        for m in modules
        for target in m.imports()
        if (homes := HOMES.get(target.split(".")[0])) and not m.name.startswith(homes)
    ]
    assert not wrong


def test_no_drawer_for_odds_and_ends(modules):
    assert not [m.name for m in modules if FORBIDDEN_NAMES & set(m.name.split("."))]


def test_packages_hold_no_code_but_public_names(modules):
    """`__init__` files name things; they do not do things, but for loading what they name when asked."""
    for m in modules:
        if m.path.name == "__init__.py":
            made = {
                n.name
                for n in ast.walk(m.tree)
                if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            }
            assert made <= ({"__getattr__", "__dir__"} if m.name == "unmask" else set()), m.name
