"""Decoding: every format and colour kind, orientation once, limits before pixels, and hostile bytes."""

from __future__ import annotations

import builtins
import contextlib
import hashlib
import struct
import tracemalloc
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.conftest import encode

from unmask.errors import CorruptImage, InputError, MissingExtra, TooLarge, UnsupportedFormat
from unmask.stages.decode import decode, from_pixels, recognise
from unmask.types import Format, Limits

# Pillow warns about broken metadata and goes on, and so do we: the pixels are what counts.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

DATA = Path(__file__).parent / "data"
LOSSLESS = ["PNG", "TIFF", "BMP"]
RASTER = [*LOSSLESS, "JPEG", "WEBP", "AVIF", "GIF"]


def scene(width: int = 40, height: int = 30) -> np.ndarray:
    """Red on the left, a white corner at the top left: any turn or channel swap shows."""
    pixels = np.full((height, width, 3), (30, 60, 200), np.uint8)
    pixels[:, : width // 2] = (220, 40, 30)
    pixels[: height // 3, : width // 3] = 255
    return pixels


def close(found: np.ndarray, expected: np.ndarray) -> bool:
    return float(np.abs(found.astype(int) - expected).mean()) < 8


def save(image: Image.Image, form: str, **options) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("form", RASTER)
def test_every_format(form):
    data = encode(scene(), form)
    image = decode(data)
    assert close(image.pixels, scene())
    assert image.pixels.dtype == np.uint8
    assert image.source.sha256 == hashlib.sha256(data).hexdigest()
    assert image.source.size_bytes == len(data)
    assert image.source.media_type == f"image/{form.lower()}"
    assert (image.width, image.height) == (40, 30)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 70), st.integers(1, 70), st.sampled_from(LOSSLESS))
def test_lossless_formats_come_back_exactly(width, height, form):
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3), np.uint8)
    assert np.array_equal(decode(encode(pixels, form)).pixels, pixels)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_orientation_is_applied_once(form, orientation):
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = Image.fromarray(scene())
    if orientation in turns:
        stored = stored.transpose(turns[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert close(decode(save(stored, form, exif=exif)).pixels, scene())


@pytest.mark.parametrize(
    ("mode", "form"),
    [("L", "PNG"), ("L", "JPEG"), ("1", "PNG"), ("P", "PNG"), ("P", "GIF"), ("CMYK", "JPEG"),
     ("CMYK", "TIFF"), ("RGBA", "PNG"), ("RGBA", "WEBP"), ("LA", "PNG"), ("YCbCr", "JPEG")],
)  # fmt: skip
def test_every_kind_of_pixel(mode, form):
    converted = Image.fromarray(scene()).convert(mode)
    expected = np.asarray(converted.convert("RGB"))
    assert close(decode(save(converted, form)).pixels, expected)


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bits_keep_their_brightness(form):
    ramp = np.linspace(0, 65535, 40 * 30).reshape(30, 40).astype(np.uint16)
    found = decode(save(Image.fromarray(ramp), form)).pixels
    assert np.array_equal(found[..., 0], (ramp >> 8).astype(np.uint8))


def test_see_through_pixels_stand_on_white():
    clear = np.zeros((8, 8, 4), np.uint8)
    clear[:4] = (255, 0, 0, 255)
    found = decode(save(Image.fromarray(clear), "PNG")).pixels
    assert tuple(found[0, 0]) == (255, 0, 0)
    assert tuple(found[-1, -1]) == (255, 255, 255)


def test_a_palette_with_a_see_through_colour():
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 10, 20, 30])
    assert tuple(decode(save(image, "PNG", transparency=1)).pixels[0, 0]) == (255, 255, 255)


def test_the_first_frame_of_an_animation():
    frames = [Image.new("RGB", (16, 16), c) for c in ("red", "blue")]
    data = save(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decode(data).pixels[0, 0, 0] > 200


def test_numbers_that_are_not_colours():
    with pytest.raises(UnsupportedFormat, match="kind 'F'"):
        decode(save(Image.fromarray(np.ones((4, 4), np.float32)), "TIFF"))


def test_a_file_that_is_too_long():
    with pytest.raises(TooLarge, match="at most 100"):
        decode(encode(scene()), Limits(max_bytes=100))


@pytest.mark.parametrize("form", RASTER)
def test_a_picture_with_too_many_pixels(form):
    with pytest.raises(TooLarge, match="40 x 30 pixels"):
        decode(encode(scene(), form), Limits(max_pixels=40 * 30 - 1))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_bomb_is_refused_from_its_header(form):
    """Hundreds of megapixels in a few kilobytes: refused before memory is claimed for them."""
    data = _png_bomb(30_000, 30_000) if form == "PNG" else _webp_bomb(16_000, 16_000)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        decode(data)
    assert tracemalloc.get_traced_memory()[1] < 10 * len(data) + 1_000_000
    tracemalloc.stop()


def _png_bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _webp_bomb(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("form", RASTER)
def test_half_a_file(form):
    data = encode(np.random.default_rng(7).integers(0, 256, (64, 64, 3), np.uint8), form)
    with pytest.raises(InputError, match=r"cut off|damaged|cannot be decoded"):
        decode(data[: len(data) // 2])


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"hello there, this is a note", "text"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"<?xml version='1.0'?><svg/>", "SVG"),
        (b"\xef\xbb\xbf <!DOCTYPE html><html></html>", "web page"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video"),
        (b"\x00\x01\x02\x03\x04", "unknown"),
        (b"8BPS\x00\x01", "Photoshop"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(data, word):
    with pytest.raises(UnsupportedFormat, match=word) as caught:
        decode(data)
    assert "picture" in str(caught.value)


@pytest.mark.parametrize("head", [b"GIF89a/*", b"BM", b"\xff\xd8\xff", b"RIFF....WEBP", b"II*\x00"])
def test_something_else_behind_a_pictures_first_bytes(head):
    with pytest.raises(CorruptImage):
        decode(head + b"*/=1;alert(document.domain)//<html>" * 20)


def test_what_follows_a_picture_is_not_read():
    plain = encode(scene())
    assert np.array_equal(decode(plain + b"PK\x03\x04 <script>").pixels, decode(plain).pixels)


def test_a_web_page_with_a_picture_behind_it_is_a_web_page():
    with pytest.raises(UnsupportedFormat, match="web page"):
        decode(b"<html>" + encode(scene(), "JPEG"))


def test_only_the_formats_asked_for():
    with pytest.raises(UnsupportedFormat, match="accepted here: JPEG"):
        decode(encode(scene()), Limits(formats=(Format.JPEG,)))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(RASTER), st.integers(0, 400))
def test_hostile_bytes_never_escape_the_error_tree(noise, form, place):
    """A valid file with random bytes written over it gives pixels or an InputError, nothing else."""
    data = bytearray(encode(scene(), form))
    place %= len(data)
    data[place : place + len(noise)] = noise
    with contextlib.suppress(InputError):
        assert decode(bytes(data), Limits(max_pixels=1_000_000)).pixels.ndim == 3


@settings(max_examples=200)
@given(st.binary(max_size=100))
def test_recognise_answers_or_refuses(data):
    with contextlib.suppress(UnsupportedFormat):
        assert recognise(data) in Format


HEIC_HEAD = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"


def test_heic_names_the_extra_when_it_is_missing(monkeypatch):
    real_import = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "pi_heif":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r'pip install "unmask\[heic\]"'):
        decode(HEIC_HEAD)


@pytest.mark.parametrize("name", ["scene.heic", "scene_turned.heic"])
def test_heic(name):
    """Both files show the same scene; one is stored turned, with the turn in its header."""
    image = decode((DATA / name).read_bytes())
    assert close(image.pixels, scene(64, 48))
    assert image.source.media_type == "image/heic"


def test_heic_with_too_many_pixels():
    with pytest.raises(TooLarge):
        decode((DATA / "scene.heic").read_bytes(), Limits(max_pixels=100))


def test_broken_heic():
    with pytest.raises(CorruptImage):
        decode(HEIC_HEAD + bytes(100))


def test_frames_are_hashed_with_their_shape():
    flat = np.zeros((2, 8, 3), np.uint8)
    tall = np.zeros((8, 2, 3), np.uint8)
    assert from_pixels(flat).source.sha256 != from_pixels(tall).source.sha256
    assert from_pixels(flat).source == from_pixels(flat.copy()).source


@pytest.mark.parametrize(
    "array",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8)],
)
def test_arrays_that_are_no_pixels(array):
    with pytest.raises(InputError, match="expected uint8 RGB"):
        from_pixels(array)
