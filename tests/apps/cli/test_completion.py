"""Shell completion: a script for each shell, and names that come without loading every command."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete

from unmask.apps.cli.main import cli


def _offered(*words, incomplete=""):
    found = ShellComplete(cli, {}, "unmask", "_UNMASK_COMPLETE").get_completions(
        list(words), incomplete
    )
    return [item.value for item in found]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(unmask, shell):
    answer = unmask("completion", shell)
    assert answer.code == 0
    assert f"_UNMASK_COMPLETE={shell}_complete" in answer.out


def test_the_shell_in_use_is_taken(unmask, monkeypatch):
    monkeypatch.setenv("SHELL", "/usr/bin/zsh")
    assert "zsh_complete" in unmask("completion").out
    monkeypatch.setenv("SHELL", "/bin/csh")
    answer = unmask("completion")
    assert answer.code == 4
    assert "'csh'" in answer.err


def test_commands_options_and_detectors_are_offered(tiny_detector, monkeypatch):
    from unmask.stages.detectors.store import Store

    monkeypatch.setattr("unmask.catalogue.Store", lambda: Store([tiny_detector.parent]))
    assert _offered(incomplete="ch") == ["check"]
    assert "--heatmap" in _offered("check", incomplete="--h")
    assert _offered("check", "--detector", incomplete="t") == ["tiny"]


def test_a_shell_that_asks_gets_an_answer(unmask_process):
    answer = unmask_process(
        _UNMASK_COMPLETE="bash_complete", COMP_WORDS="unmask do", COMP_CWORD="1"
    )
    assert answer.out.split() == ["plain,doctor"]


def test_offering_commands_loads_none_of_them():
    code = (
        "import sys, click; from unmask.apps.cli.main import cli;"
        "from click.shell_completion import ShellComplete;"
        "ShellComplete(cli, {}, 'unmask', 'X').get_completions([], '');"
        "sys.exit('unmask.apps.cli.scan' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
