"""An error -> the exit code of the command line; the one table, shown in the guide."""

from __future__ import annotations

from unmask.errors import (
    ConfigError,
    DetectorError,
    InputError,
    MissingExtra,
    TrainingError,
)

ANSWERED = 0
FAULT = 1
BAD_INPUT = 2
BAD_DETECTOR = UNHEALTHY = 3
BAD_OUTPUT = 7
INTERRUPTED = 130
READER_GONE = 141

ERRORS: tuple[tuple[type[Exception], int, str], ...] = (
    (InputError, BAD_INPUT, "the picture, the address or the command line is at fault"),
    (DetectorError, BAD_DETECTOR, "the detector is unknown or damaged"),
    (ConfigError, 4, "an option or the configuration is at fault"),
    (MissingExtra, 5, "an optional part is not installed"),
    (TrainingError, 6, "training or evaluation cannot go on"),
    (OSError, BAD_OUTPUT, "a file could not be read or written"),
)
OTHERS = (
    (ANSWERED, "answered; any of the three answers is an answer"),
    (FAULT, "a fault in unmask itself"),
    (INTERRUPTED, "stopped with Ctrl-C"),
    (READER_GONE, "the program reading the output has gone"),
)


def exit_code(error: BaseException) -> int:
    """The first row that fits; MissingExtra is an ImportError too, so order does not matter."""
    for kind, code, _ in ERRORS:
        if isinstance(error, kind):
            return code
    return FAULT


def table() -> list[tuple[int, str]]:
    """Every code with its meaning, smallest first."""
    return sorted([*OTHERS, *((code, meaning) for _, code, meaning in ERRORS)])
