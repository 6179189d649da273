"""What can go wrong, drawn as a tree; every message says what came, what was expected and how to fix it.

UnmaskError
    InputError                the bytes are at fault
        TooLarge
        UnsupportedFormat
        CorruptImage
    DetectorError             the detector folder or its network is at fault
        UnknownDetector
        DetectorDamaged
        InferenceFailed
    ConfigError               an option or a configuration key is at fault
    MissingExtra              an optional part is not installed (also an ImportError)
    TrainingError             the lab cannot go on
        EmptyDataset
        LeakySplit
        ExportMismatch
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar


class UnmaskError(Exception):
    """Anything this package refuses; `code` is stable and safe to build on."""

    code: ClassVar[str] = "unmask_error"


class InputError(UnmaskError):
    code = "input_error"


class TooLarge(InputError):
    code = "too_large"


class UnsupportedFormat(InputError):
    code = "unsupported_format"


class CorruptImage(InputError):
    code = "corrupt_image"


class DetectorError(UnmaskError):
    code = "detector_error"


class UnknownDetector(DetectorError):
    code = "unknown_detector"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        names = ", ".join(sorted(known)) or "none"
        super().__init__(
            f"No detector is called {name!r}. Known names: {names}. "
            "Give one of them, or the path of a detector folder."
        )


class DetectorDamaged(DetectorError):
    code = "detector_damaged"


class InferenceFailed(DetectorError):
    code = "inference_failed"


class ConfigError(UnmaskError):
    code = "config_error"

    @classmethod
    def unknown_key(cls, key: str, known: Iterable[str]) -> ConfigError:
        """The error for a key nobody reads, with the nearest name that somebody does."""
        names = sorted(known)
        near = get_close_matches(key, names, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(names)}."
        return cls(f"Unknown key {key!r}. {hint}")


class MissingExtra(UnmaskError, ImportError):
    code = "missing_extra"

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs an optional part: pip install "unmask[{extra}]"')
        self.extra = extra


class TrainingError(UnmaskError):
    code = "training_error"


class EmptyDataset(TrainingError):
    code = "empty_dataset"


class LeakySplit(TrainingError):
    code = "leaky_split"


class ExportMismatch(TrainingError):
    code = "export_mismatch"
