"""Trees that are deep, broken, looped or strange: every picture is met once, nothing hangs."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from unmask.batch.walk import walk


def _names(folder, every_file=False):
    skipped = []
    names = list(walk(folder, every_file, lambda name, why: skipped.append((name, why))))
    assert len(names) == len(set(names))
    return set(names), skipped


def _touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_pictures_at_any_depth_by_their_ending(tmp_path):
    for name in ("a.jpg", "B.JPEG", "deep/er/c.png", "deep/d.heic", "notes.txt", "noending"):
        _touch(tmp_path / name)
    assert _names(tmp_path)[0] == {"a.jpg", "B.JPEG", "deep/er/c.png", "deep/d.heic"}
    assert {"notes.txt", "noending"} < _names(tmp_path, every_file=True)[0]


def test_what_is_not_a_file_is_passed_over(tmp_path):
    _touch(tmp_path / "a.jpg")
    (tmp_path / "folder.jpg").mkdir()
    os.mkfifo(tmp_path / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tmp_path / "socket.jpg"))
        assert _names(tmp_path) == ({"a.jpg"}, [])


def test_links_to_files_are_followed_and_links_to_folders_are_not(tmp_path):
    _touch(tmp_path / "in" / "a.jpg")
    (tmp_path / "in" / "loop").symlink_to(tmp_path)
    (tmp_path / "b.jpg").symlink_to(tmp_path / "in" / "a.jpg")
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nothing.jpg")
    assert _names(tmp_path) == ({"in/a.jpg", "b.jpg"}, [])


def test_a_link_to_itself_is_reported(tmp_path):
    (tmp_path / "me.jpg").symlink_to("me.jpg")
    names, skipped = _names(tmp_path)
    assert names == set()
    assert [name for name, _ in skipped] == ["me.jpg"]


def test_a_folder_that_cannot_be_listed_is_reported_and_the_rest_is_met(tmp_path, monkeypatch):
    """Permissions do not hold for root, who may run this test: the refusal is made here."""
    _touch(tmp_path / "open" / "a.jpg")
    (tmp_path / "shut").mkdir()
    real = os.scandir

    def refuse(path):
        if os.fspath(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert _names(tmp_path) == ({"open/a.jpg"}, [("shut", "Permission denied")])


def test_a_folder_that_is_gone_is_reported(tmp_path):
    assert _names(tmp_path / "gone") == (set(), [(".", "No such file or directory")])


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are text there, not bytes")
def test_names_that_are_not_utf8_survive(tmp_path):
    with open(os.fsencode(tmp_path) + b"/\xff\xfe.jpg", "wb"):  # noqa: PTH123
        pass
    names, _ = _names(tmp_path)
    assert {os.fsencode(name) for name in names} == {b"\xff\xfe.jpg"}
