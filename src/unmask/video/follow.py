"""Frame after frame in, the faces of each out: found in the whole picture now and then, near where they were between."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from unmask.pixels import cut
from unmask.stages.crops import square
from unmask.types import Box, Face, Pixels
from unmask.video.look import Look, Seen

SEARCH_EVERY = 1.0
"""Seconds for which nobody new is looked for, unless there was a cut or somebody is missing."""
AROUND = 3.0
"""Widths of the face in which it is looked for: it may have moved by its own width."""
MOST = 8
"""Of more faces the whole picture is searched, which then costs no more."""
SAME = 0.4
"""Share of the area covered together from which two boxes are one face."""


@dataclass(frozen=True)
class _Spot:
    """A face and the window in which it is looked for; windows stay, so that boxes do not tremble."""

    face: Face
    window: Box


class Follower:
    """For one clip; what is judged was seen in that very frame."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._known: tuple[_Spot, ...] = ()
        self._searched, self._size = float("-inf"), (0, 0)

    def faces(self, pixels: Pixels, time: float, cut: bool = False) -> tuple[Seen, ...]:
        """The faces of this frame, largest first."""
        size = pixels.shape[:2]
        new = cut or size != self._size or time - self._searched >= SEARCH_EVERY
        faces = None if new else self._again(pixels)
        if faces is None:
            self._known = self._known if size == self._size else ()
            faces, self._searched, self._size = self._search(pixels), time, size
        faces = tuple(sorted(faces, key=lambda f: -f.box.width * f.box.height))
        self._known = tuple(_Spot(face, self._window(face.box, pixels)) for face in faces)
        return tuple(self._look.seen(pixels, face) for face in faces)

    def _search(self, pixels: Pixels) -> tuple[Face, ...]:
        """Everybody; a face that the close look does not confirm stays as the wide look saw it."""
        found = self._look.find(pixels)
        if len(found) > MOST:
            return found
        windows = [self._window(face.box, pixels) for face in found]
        closer = tuple(
            self._near(pixels, _Spot(face, window)) or face
            for face, window in zip(found, windows, strict=True)
        )
        return closer if _apart(closer) else found

    def _again(self, pixels: Pixels) -> tuple[Face, ...] | None:
        """Everybody who was there before, or None."""
        if not 0 < len(self._known) <= MOST:
            return None
        found = [self._near(pixels, spot) for spot in self._known]
        faces = tuple(face for face in found if face is not None)
        return faces if len(faces) == len(found) and _apart(faces) else None

    def _near(self, pixels: Pixels, spot: _Spot) -> Face | None:
        window = spot.window
        if window.width >= max(pixels.shape[:2]):
            return None  # the whole picture again
        found = self._look.find(cut(pixels, window))
        faces = [_moved(face, round(window.left), round(window.top)) for face in found]
        return max(faces, key=lambda face: shared(face.box, spot.face.box), default=None)

    def _window(self, box: Box, pixels: Pixels) -> Box:
        old = (s.window for s in self._known if _central(box, s.window))
        return next(old, square(box, AROUND, pixels.shape[1], pixels.shape[0]))


def _central(box: Box, window: Box) -> bool:
    """Whether there is still room around the face, and not too much."""
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    room = window.width / 3
    inside = (
        window.left + room <= x <= window.right - room
        and window.top + room <= y <= window.bottom - room
    )
    return inside and 0.75 < AROUND * max(box.width, box.height) / window.width < 1.33


def shared(one: Box, other: Box) -> float:
    """The area in both boxes as a share of the area in either."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    both = max(width, 0.0) * max(height, 0.0)
    return both / max(one.width * one.height + other.width * other.height - both, 1e-6)


def _apart(faces: tuple[Face, ...]) -> bool:
    return all(shared(a.box, b.box) < SAME for a, b in combinations(faces, 2))


def _moved(face: Face, left: int, top: int) -> Face:
    box = face.box
    return Face(
        Box(box.left + left, box.top + top, box.right + left, box.bottom + top), face.confidence
    )
