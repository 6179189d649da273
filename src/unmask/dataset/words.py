"""A folder's or a column's word -> label and split, in the spellings that data sets use."""

from __future__ import annotations

import re
from dataclasses import dataclass

LABELS = {
    **dict.fromkeys(("real", "reals", "original", "originals", "authentic", "genuine"), 0),
    **dict.fromkeys(("fake", "fakes", "deepfake", "deepfakes"), 1),
    **dict.fromkeys(("ai", "synthetic", "generated", "manipulated"), 1),
}
SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "validate", "val", "valid", "dev"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}
FILLERS = {"image", "images", "face", "faces", "picture", "pictures", "photo", "photos", "set"}


@dataclass(frozen=True)
class Meaning:
    """What one folder name says; None where it says nothing."""

    label: int | None = None
    split: str | None = None

    def __bool__(self) -> bool:
        return self.label is not None or self.split is not None


def meaning_of(folder: str) -> Meaning:
    """Reads `Real`, `VALID`, `fake_faces`, `training_real`; a name with any other word in it says nothing."""
    words = [word for word in re.split(r"[\W_]+", folder.casefold()) if word]
    telling = [word for word in words if word not in FILLERS]
    if not all(word in LABELS or word in SPLITS for word in telling):
        return Meaning()
    labels = {LABELS[word] for word in telling if word in LABELS}
    splits = {SPLITS[word] for word in telling if word in SPLITS}
    if len(labels) > 1 or len(splits) > 1:
        return Meaning()
    return Meaning(next(iter(labels), None), next(iter(splits), None))


def label_of(word: str) -> int | None:
    """A column's label: 0, 1 or any of the words above."""
    word = word.strip().casefold()
    return {"0": 0, "1": 1}.get(word, LABELS.get(word))


def split_of(word: str) -> str | None:
    """A column's split; nothing written means none decided."""
    word = word.strip().casefold()
    return "" if not word else SPLITS.get(word)
