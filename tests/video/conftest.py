"""Small made videos, written with PyAV."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

av = pytest.importorskip("av", reason="reading videos is an extra: pip install 'unmask[video]'")


@pytest.fixture
def look(tiny_detector):
    """The tiny detector, and a finder that takes what is coloured for a face."""
    from tests.video.clips import ColourFinder

    from unmask.video.look import Look

    return Look.open(tiny_detector, faces=ColourFinder())


@pytest.fixture
def video(tmp_path):
    """Writes two seconds of video, red on the left, with a grey level that grows with time."""

    def write(name: str = "a.mp4", size=(96, 64), turn: bool = False, every_key: int = 10) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with av.open(str(path), "w") as container:
            stream = container.add_stream("mpeg4", rate=25, options={"sc_threshold": "1000000000"})
            stream.width, stream.height = size
            stream.pix_fmt, stream.gop_size = "yuv420p", every_key
            for number in range(50):
                picture = av.VideoFrame.from_ndarray(_pixels(size, number), "rgb24")
                container.mux(stream.encode(picture))
            container.mux(stream.encode())
        if turn:
            turned(path)
        return path

    return write


def _pixels(size: tuple[int, int], number: int) -> np.ndarray:
    width, height = size
    pixels = np.full((height, width, 3), number * 5, np.uint8)
    pixels[:, : width // 2] = (255, 0, 0)
    return pixels


def turned(path: Path) -> None:
    """Writes a quarter turn with the clock into the track's header, as telephones do."""
    data = path.read_bytes()
    matrix = data.index(b"tkhd") + 4 + 40
    height = int.from_bytes(data[matrix + 40 : matrix + 42], "big")
    turn = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, height << 16, 0, 1 << 30)
    path.write_bytes(data[:matrix] + turn + data[matrix + 36 :])
