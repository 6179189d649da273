"""The quality read off a file is the one it was saved with."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from unmask.dataset.jpeg_quality import quality_of


@pytest.mark.parametrize("quality", range(1, 101))
def test_quality_comes_back(quality):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "JPEG", quality=quality)
    assert quality_of(Image.open(buffer).quantization[0]) == quality
