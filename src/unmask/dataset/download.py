"""A data set's name -> the folder it was downloaded to, with the help of kagglehub."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from unmask.errors import ConfigError, EmptyDataset, MissingExtra

KAGGLE = {
    "deepfake-and-real-images": "manjilkarki/deepfake-and-real-images",
    "140k-real-and-fake-faces": "xhlulu/140k-real-and-fake-faces",
}
"""Sets by the last part of their Kaggle address, which is also the name `read_folder` gives them."""


def download(name: str) -> Path:
    """Fetches a set into kagglehub's cache, or finds it there; asks the network only when called."""
    if name not in KAGGLE:
        raise ConfigError.unknown_key(name, KAGGLE)
    fetch = _kagglehub()
    try:
        return Path(fetch(KAGGLE[name]))
    except Exception as error:  # kagglehub passes on what its several clients raise
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise EmptyDataset(
            f"{name} could not be downloaded; is there a network? Without one, fetch "
            f"https://www.kaggle.com/datasets/{KAGGLE[name]} on another machine, unpack it and "
            "give the folder to the other commands; its layout is read as it comes. "
            f"(What came: {type(error).__name__}: {reason[:160]})"
        ) from error


def _kagglehub() -> Callable[[str], str]:
    try:
        import kagglehub
    except ImportError:
        raise MissingExtra("Downloading data sets", "data") from None
    fetch: Callable[[str], str] = kagglehub.dataset_download
    return fetch
