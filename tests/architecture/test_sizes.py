"""Small things stay small: modules, functions, parameter lists; and every module says what it is."""

from __future__ import annotations

import ast

import pytest

MODULE_LINES, FUNCTION_LINES, PARAMETERS = 300, 40, 6


def _functions(module):
    return [
        n for n in ast.walk(module.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _parameters(function) -> int:
    a = function.args
    return len([p for p in a.posonlyargs + a.args + a.kwonlyargs if p.arg not in ("self", "cls")])


def test_modules_are_short(modules):
    assert not [f"{m.name}: {m.lines} lines" for m in modules if m.lines > MODULE_LINES]


def test_functions_are_short(modules):
    long = [
        f"{m.name}.{f.name}: {f.end_lineno - f.lineno + 1} lines"
        for m in modules
        for f in _functions(m)
        if f.end_lineno - f.lineno + 1 > FUNCTION_LINES
    ]
    assert not long


def test_parameter_lists_are_short(modules):
    """Commands are exempt: their parameters are the options a user reads in --help."""
    wide = [
        f"{m.name}.{f.name}: {_parameters(f)} parameters"
        for m in modules
        if not m.name.startswith("unmask.apps.cli")
        for f in _functions(m)
        if _parameters(f) > PARAMETERS
    ]
    assert not wide


def test_modules_introduce_themselves(modules):
    silent = [m.name for m in modules if m.tree.body and not ast.get_docstring(m.tree)]
    assert not silent


@pytest.mark.parametrize("word", ["print", "exit", "quit"])
def test_the_library_never_prints_or_exits(modules, word):
    loud = [
        f"{m.name}:{n.lineno}"
        for m in modules
        if m.part not in ("apps", "__main__")
        for n in ast.walk(m.tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == word
    ]
    assert not loud


def test_the_library_never_reads_the_environment(modules):
    nosy = [
        f"{m.name}:{n.lineno}"
        for m in modules
        if m.part not in ("apps", "__main__")
        for n in ast.walk(m.tree)
        if isinstance(n, ast.Attribute) and n.attr in ("environ", "getenv", "expanduser")
    ]
    assert not nosy
