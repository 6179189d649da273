"""Downloads go through kagglehub, and without it or a network the message says what to do."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from unmask.dataset.download import download
from unmask.errors import ConfigError, EmptyDataset, MissingExtra


def kagglehub(monkeypatch, fetch) -> None:
    monkeypatch.setitem(sys.modules, "kagglehub", SimpleNamespace(dataset_download=fetch))


def test_a_set_is_asked_for_by_its_kaggle_name(monkeypatch, tmp_path):
    asked: list[str] = []
    kagglehub(monkeypatch, lambda name: asked.append(name) or str(tmp_path))
    assert download("140k-real-and-fake-faces") == tmp_path
    assert asked == ["xhlulu/140k-real-and-fake-faces"]


def test_without_a_network_the_message_says_how_to_go_on(monkeypatch):
    def fetch(name: str) -> str:
        raise ConnectionError("no route to host\nand more")

    kagglehub(monkeypatch, fetch)
    with pytest.raises(EmptyDataset) as refused:
        download("deepfake-and-real-images")
    said = str(refused.value)
    assert "Without one, fetch https://www.kaggle.com/datasets/manjilkarki/deepfake" in said
    assert said.endswith("(What came: ConnectionError: no route to host)")


def test_without_kagglehub_the_message_is_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    with pytest.raises(MissingExtra, match=r'pip install "unmask\[data\]"'):
        download("deepfake-and-real-images")


def test_an_unknown_set_is_refused():
    with pytest.raises(ConfigError, match="Did you mean '140k-real-and-fake-faces'"):
        download("140k-real-and-fake-face")
