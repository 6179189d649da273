"""The README says what is so: its files are there, its commands and extras exist, its script runs."""

from __future__ import annotations

import re
import tomllib

import click
import pytest
from tests.conftest import ROOT

from unmask.apps.cli.main import cli

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_everything_it_points_at_is_there():
    targets = re.findall(r"\]\(([^)#]+)", README)
    assert len(targets) > 10
    assert [t for t in targets if "://" not in t and not (ROOT / t).exists()] == []


def test_every_command_exists():
    prose = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
    named = set(re.findall(r"unmask ([a-z]+)\b", " ".join(re.findall(r"`[^`]+`", prose))))
    named |= set(re.findall(r"^unmask ([a-z]+)", README, re.MULTILINE))
    assert {"check", "scan", "app"} <= named
    assert named - set(cli.list_commands(click.Context(cli))) == set()


def test_every_extra_exists():
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", README, re.MULTILINE)
    named = set(re.findall(r"`(\w+)`", " ".join(rows))) | set(re.findall(r"\.\[(\w+)\]", README))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "app" in named and named - set(project["optional-dependencies"]) == set()


def test_its_script_runs(tmp_path, monkeypatch, capsys):
    (script,) = re.findall(r"```python\n(.+?)```", README, re.DOTALL)
    (tmp_path / "portrait.jpg").write_bytes((ROOT / "examples" / "collins.jpg").read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(script, {})
    assert re.match(r"(real|fake|inconclusive) 0\.\d+ \w+\n", capsys.readouterr().out)


@pytest.mark.parametrize("name", ["first", "tests"])
def test_the_blocks_that_machines_read(name):
    block = README.split(f"<!-- {name} -->\n")[1].split("<!-- end -->")[0]
    assert re.fullmatch(r"```sh\n[^\n]+\n```\n", block)
