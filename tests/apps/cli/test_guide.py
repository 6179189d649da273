"""docs/guides/command-line.md says what is so: codes, columns, options, endings."""

from __future__ import annotations

import re

import click
import pytest
from tests.conftest import ROOT

from unmask.apps import settings
from unmask.apps.cli import exit_codes
from unmask.apps.cli.main import cli
from unmask.batch.rows import COLUMNS
from unmask.batch.walk import EXTENSIONS

GUIDE = (ROOT / "docs" / "guides" / "command-line.md").read_text(encoding="utf-8")


def test_exit_codes():
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", GUIDE, re.MULTILINE)
    assert [(int(code), meaning) for code, meaning in rows] == exit_codes.table()


def test_columns():
    assert re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE) == list(COLUMNS)


def test_endings():
    named = GUIDE.partition("names ending in ")[2].partition(";")[0]
    assert set(re.findall(r"\.\w+", named)) == EXTENSIONS


@pytest.mark.parametrize("key", settings._KINDS)
def test_settings(key):
    assert f"\n{key} = " in GUIDE
    assert f"`UNMASK_{key.upper()}`" in GUIDE


def test_every_option_that_is_named_exists():
    context = click.Context(cli)
    commands = [cli, *(cli.get_command(context, n) for n in ("check", "scan", "doctor"))]
    known = {o for c in commands for p in c.get_params(context) for o in p.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE)) <= known
