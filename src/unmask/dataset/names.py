"""File names -> what they tell: the maker or method of a fake, and which source clips a frame shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

METHODS = {
    name.casefold(): name
    for name in (
        "Deepfakes",
        "Face2Face",
        "FaceSwap",
        "FaceShifter",
        "NeuralTextures",
        "DeepFakeDetection",
    )
}
_CLIP = re.compile(
    r"(?P<method>" + "|".join(METHODS) + r")_(?P<target>\d{3})_(?P<source>\d{3})(_\d+)?"
    r"|(real|original)_(?P<clip>\d{3})_\d+",
    re.IGNORECASE,
)
_MAKER = re.compile(r"([a-z][a-z0-9]*)_[0-9a-f]{10}")
_NOBODY = {"img", "image", "frame", "face", "photo", "picture", "pic", "crop", "fake", "ai"}


@dataclass(frozen=True)
class Told:
    """What one name tells; nothing is an answer too."""

    generator: str = ""
    clips: tuple[str, ...] = ()


def told_by(stem: str, label: int) -> Told:
    """`Deepfakes_033_097_13` -> its method and both clips; `dalle3_06ebc4c0dc`, a fake -> its maker."""
    if match := _CLIP.fullmatch(stem):
        method = METHODS.get((match["method"] or "").casefold(), "")
        clips = (match["target"], match["source"], match["clip"])
        return Told(method, tuple(clip for clip in clips if clip))
    if label == 1 and (match := _MAKER.fullmatch(stem)) and match[1] not in _NOBODY:
        return Told(match[1])
    return Told()


def connected(links: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Clip -> the smallest name among all clips it is tied to, directly or through others."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while (above := leader.setdefault(name, name)) != name:
            leader[name] = name = leader[above]
        return name

    for names in links:
        for name in names:
            low, high = sorted((find(names[0]), find(name)))
            leader[high] = low
    return {name: find(name) for name in leader}
