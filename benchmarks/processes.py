"""A process's number in, its processor time and memory out; with its children's."""

from __future__ import annotations

import os
from pathlib import Path


def cpu_seconds(pid: int, children: bool = False) -> float:
    """Of the process alone, or of its children alone."""
    return sum(_cpu(each) for each in (_children(pid) if children else [pid]))


def megabytes(pid: int) -> float:
    """Resident memory of the process and its children."""
    return sum(_resident(each) for each in (pid, *_children(pid))) / 1e6


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _children(pid: int) -> list[int]:
    """A thread may start a child; here it is the main one."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]
