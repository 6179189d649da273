"""The worker process: setup and pictures on its standard input, answers on its standard output."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from unmask.apps.server import wire
from unmask.apps.server.judge import Judge
from unmask.errors import UnmaskError
from unmask.types import Limits


def main(judge: Callable[[Limits], Judge] = Judge) -> None:
    source, sink = _private_streams()
    setup = wire.read(source)
    if setup is None:
        return
    serve(judge, setup[0], source, sink)


def serve(
    judge: Callable[[Limits], Judge], setup: dict[str, Any], source: BinaryIO, sink: BinaryIO
) -> None:
    """Introduces itself, then answers until the server closes the pipe."""
    worker = judge(Limits(max_bytes=setup["max_bytes"], max_pixels=setup["max_pixels"]))
    try:
        known = worker.introduce(setup["detectors"], setup["rates"], setup["faces"])
    except UnmaskError as error:
        wire.write(sink, {"code": error.code, "detail": str(error)})
        return
    wire.write(sink, {"detectors": known})
    while message := wire.read(source):
        with _alarm(setup["seconds"]):
            header, block = worker.answer(*message)
        wire.write(sink, header, block)


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keeps the pipes to itself: a library that prints must not garble an answer."""
    source, sink = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a descriptor is wanted
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return os.fdopen(source, "rb"), os.fdopen(sink, "wb")


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Ends the process when native code hangs and nobody is left to kill it: no handler, just death."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    # A Ctrl-C in the terminal reaches the whole group; the server decides when workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(main())
