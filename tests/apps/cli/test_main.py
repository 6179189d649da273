"""The command line as a whole: help, codes, colour, pipes, faults, and how little it loads."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import encode, picture

from unmask.apps.cli import exit_codes, main
from unmask.apps.cli.main import COMMANDS

FOLDER = Path(main.__file__).parent


def test_help_lists_the_commands_that_are_there(unmask):
    answer = unmask("--help")
    assert answer.code == 0
    for name in COMMANDS:
        assert f"  {name} " in answer.out
        assert COMMANDS[name] in answer.out


def test_every_module_with_a_command_is_in_the_table():
    """A file whose top level has an object of its own name is a command."""
    found = set()
    for path in FOLDER.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.stem in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}:
            found.add(path.stem)
    assert found == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(unmask, name):
    answer = unmask(name, "--help")
    assert answer.code == 0
    assert f"unmask {name}" in answer.out


def test_nothing_at_all_shows_the_help(unmask):
    assert "Commands:" in "".join(unmask().__dict__[k] for k in ("out", "err"))


def test_an_unknown_command_is_a_mistake_not_a_fault(unmask):
    answer = unmask("chekc")
    assert answer.code == 2
    assert "No such command 'chekc'" in answer.err


def test_version(unmask):
    import unmask as package

    assert unmask("--version").out == f"unmask, version {package.__version__}\n"


def test_the_table_has_one_meaning_for_each_code():
    codes = [code for code, _ in exit_codes.table()]
    assert codes == sorted(set(codes))
    assert {0, 2, 130} < set(codes)


def _every_error(kind):
    return {kind}.union(*(_every_error(k) for k in kind.__subclasses__()))


def test_every_error_of_ours_has_a_code_of_its_own_kind():
    from unmask.errors import UnmaskError

    for kind in _every_error(UnmaskError) - {UnmaskError}:
        assert exit_codes.exit_code(kind.__new__(kind)) not in (exit_codes.FAULT, 0), kind


def test_a_fault_of_ours_says_how_to_report_it(unmask, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("our mistake")

    monkeypatch.setattr("unmask.apps.cli.check.Analyzer", broken)
    answer = unmask("check", "x.jpg")
    assert answer.code == 1
    assert "inside unmask (ZeroDivisionError: our mistake)" in answer.err
    assert "unmask doctor" in answer.err
    monkeypatch.setenv("UNMASK_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        unmask("check", "x.jpg")


def test_ctrl_c_is_not_a_fault(unmask, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("unmask.apps.cli.check.Analyzer", interrupted)
    answer = unmask("check", "x.jpg")
    assert (answer.code, answer.out, answer.err.strip()) == (130, "", "Error: Stopped.")


def test_check_does_not_load_what_it_does_not_need(tmp_path, tiny_detector):
    """Neither the other commands nor any library that is not needed for an answer."""
    (tmp_path / "a.png").write_bytes(encode(picture()))
    code = (
        "import sys; from unmask.apps.cli.main import run;"
        f"run(['check', 'a.png', '--whole-picture', '-d', {str(tiny_detector)!r}]);"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    loaded = set(ended.stderr.split())
    unneeded = {"multiprocessing.context", "urllib.request", "unmask.apps.cli.scan", "onnx"}
    unneeded |= {"pyarrow", "unmask.batch", "unmask.dataset", "unmask.evaluation", "asyncio"}
    assert not loaded & unneeded


@pytest.fixture
def in_terminal(tmp_path, tiny_detector):
    """What `check` writes where it believes that a person looks on."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    (tmp_path / "a.png").write_bytes(encode(picture((250, 60, 60))))

    def call(**variables):
        ours, theirs = pty.openpty()
        environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
        command = [sys.executable, "-m", "unmask", "check", "a.png", "--whole-picture"]
        with subprocess.Popen(
            [*command, "-d", tiny_detector],
            cwd=tmp_path,
            stdout=theirs,
            stderr=theirs,
            env={**environment, "TERM": "xterm", **variables},
        ):
            os.close(theirs)
            shown = b""
            while chunk := _read(ours):
                shown += chunk
        os.close(ours)
        return shown.decode()

    return call


def _read(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that the other side has gone
        return b""


def test_a_terminal_gets_colour_and_still_the_word(in_terminal):
    shown = in_terminal()
    assert "\x1b[31m\x1b[1m! LIKELY FAKE\x1b[0m" in shown


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_who_wants_no_colour_gets_none(in_terminal, variables):
    shown = in_terminal(**variables)
    assert "! LIKELY FAKE" in shown
    assert "\x1b" not in shown


@pytest.mark.skipif(os.name != "posix", reason="pipes break in another way there")
def test_a_reader_that_has_gone_is_no_disaster(tmp_path, tiny_detector):
    (tmp_path / "a.png").write_bytes(encode(picture()))
    command = [sys.executable, "-m", "unmask", "check", *["a.png"] * 30, "--whole-picture"]
    with subprocess.Popen(
        [*command, "-d", tiny_detector],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.read(10)
        process.stdout.close()
        complaints = process.stderr.read()
    assert process.returncode == 141
    assert complaints == b""


def test_python_m_unmask_is_the_same(unmask_process):
    assert unmask_process("--version").out.startswith("unmask, version")


def test_an_unknown_command_is_a_usage_error(unmask):
    answer = unmask("chek")
    assert answer.code == 2
    assert "'chek'" in answer.err
    assert "Did you mean 'check'?" in answer.err
    assert "Did you mean" not in unmask("zzz").err
