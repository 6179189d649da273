"""The error tree: codes are stable and unique, messages say how to go on."""

from __future__ import annotations

import pytest

from unmask import errors
from unmask.errors import ConfigError, MissingExtra, UnknownDetector, UnmaskError


def _tree(root=UnmaskError):
    return [root, *(leaf for child in root.__subclasses__() for leaf in _tree(child))]


def test_codes_are_unique():
    codes = [error.code for error in _tree()]
    assert len(codes) == len(set(codes)) == 15


def test_the_drawing_shows_every_error():
    drawn = errors.__doc__.split()
    assert all(error.__name__ in drawn for error in _tree())


def test_unknown_key_suggests_the_nearest():
    assert "'epochs'" in str(ConfigError.unknown_key("epoch", ["epochs", "batch"]))


def test_unknown_key_lists_all_when_none_is_near():
    assert "batch, epochs" in str(ConfigError.unknown_key("zzz", ["epochs", "batch"]))


def test_unknown_detector_lists_the_known():
    assert "fast, slow" in str(UnknownDetector("x", ["slow", "fast"]))


def test_missing_extra_is_an_import_error_with_the_command():
    with pytest.raises(ImportError, match=r'pip install "unmask\[heic\]"'):
        raise MissingExtra("Reading HEIC pictures", "heic")
