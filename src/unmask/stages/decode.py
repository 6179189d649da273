"""Bytes -> DecodedImage: told apart by content, held to limits from the header, upright RGB uint8."""

from __future__ import annotations

import hashlib
import struct
from importlib import import_module
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from unmask.errors import CorruptImage, InputError, MissingExtra, TooLarge, UnsupportedFormat
from unmask.types import DecodedImage, Format, Limits, Pixels, Source

# The plugins are called directly, not through Image.open: its bomb check depends on a global
# setting, warns instead of refusing, and comes after some plugins have claimed their memory.
# Each is loaded when its format first comes: together they take as long to load as Pillow itself.
READERS = {
    Format.JPEG: ("PIL.JpegImagePlugin", "JpegImageFile"),
    Format.PNG: ("PIL.PngImagePlugin", "PngImageFile"),
    Format.WEBP: ("PIL.WebPImagePlugin", "WebPImageFile"),
    Format.AVIF: ("PIL.AvifImagePlugin", "AvifImageFile"),
    Format.TIFF: ("PIL.TiffImagePlugin", "TiffImageFile"),
    Format.BMP: ("PIL.BmpImagePlugin", "BmpImageFile"),
    Format.GIF: ("PIL.GifImagePlugin", "GifImageFile"),
}

MEDIA_TYPES = {Format.HEIF: "image/heic", **{f: f"image/{f.value.lower()}" for f in READERS}}

SIGNATURES = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"BM", Format.BMP),
    (b"II*\x00", Format.TIFF),
    (b"MM\x00*", Format.TIFF),
    (b"II+\x00", Format.TIFF),
    (b"MM\x00+", Format.TIFF),
)

STRANGERS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1a\x45\xdf\xa3", "a Matroska or WebM video"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"8BPS", "a Photoshop document"),
)

# What the decoders raise on hostile or broken bytes; anything else would be our own mistake.
BROKEN = (OSError, SyntaxError, ValueError, struct.error, EOFError, IndexError, KeyError, TypeError)
BROKEN_NATIVE = (RuntimeError, OverflowError, ZeroDivisionError, Image.DecompressionBombError)


def decode(data: bytes, limits: Limits = Limits()) -> DecodedImage:
    """The first frame of a picture file, upright; raises an InputError that says what to do."""
    _check_size(len(data), limits)
    form = recognise(data)
    if form not in limits.formats:
        raise UnsupportedFormat(f"A {form} picture came; accepted here: {_names(limits)}.")
    try:
        image = _open(data, form, limits)
        _check_pixels(*image.size, limits)
        upright = _upright_rgb(image)
    except InputError:
        raise
    except (*BROKEN, *BROKEN_NATIVE) as error:
        raise CorruptImage(
            f"The {form} picture cannot be decoded ({error or type(error).__name__}): it is cut off or "
            "damaged. Fetch or save it again."
        ) from error
    return DecodedImage(upright, Source(_sha256(data), len(data), MEDIA_TYPES[form]))


def from_pixels(pixels: Pixels) -> DecodedImage:
    """A frame that is already decoded; its hash covers the shape and the raw pixels."""
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
        raise InputError(
            f"An array of {pixels.dtype} with shape {pixels.shape} came; "
            "expected uint8 RGB of shape (height, width, 3)."
        )
    raw = np.ascontiguousarray(pixels)
    shape = "x".join(map(str, raw.shape)).encode()
    return DecodedImage(raw, Source(_sha256(shape + raw.tobytes()), raw.nbytes, "image/x-rgb"))


def recognise(data: bytes) -> Format:
    """The format by the first bytes alone; the name of the file plays no part."""
    for signature, form in SIGNATURES:
        if data.startswith(signature):
            return form
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Format.WEBP
    if data[4:8] == b"ftyp":
        return _brand(data)
    raise UnsupportedFormat(
        f"The file is {_stranger(data)}, not a picture. Expected one of: {', '.join(Format)}."
    )


def _brand(data: bytes) -> Format:
    # The major brand and the compatible ones that follow it, four letters each.
    length = min(int.from_bytes(data[:4], "big"), 128)
    brands = {data[8:12]} | {data[i : i + 4] for i in range(16, length, 4)}
    if brands & {b"avif", b"avis"}:
        return Format.AVIF
    if brands & {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}:
        return Format.HEIF
    raise UnsupportedFormat(
        "The file is an MP4 or QuickTime video, not a picture. Analyse it as a video instead."
    )


def _stranger(data: bytes) -> str:
    if not data:
        return "empty"
    for signature, name in STRANGERS:
        if data.startswith(signature):
            return name
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head:
        return "an SVG drawing"
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<script")):
        return "a web page"
    return "text" if _is_text(data[:1024]) else "of a kind unknown here"


def _is_text(head: bytes) -> bool:
    return all(byte >= 32 or byte in b"\t\r\n\f" for byte in head)


def _open(data: bytes, form: Format, limits: Limits) -> Image.Image:
    if form is Format.HEIF:
        return _open_heif(data, limits)
    if form is Format.WEBP:
        _check_webp(data, limits)
    module, reader = READERS[form]
    image: Image.Image = getattr(import_module(module), reader)(BytesIO(data))
    return image


def _open_heif(data: bytes, limits: Limits) -> Image.Image:
    try:
        import pi_heif
    except ImportError:
        raise MissingExtra("Reading HEIC pictures", "heic") from None
    container = pi_heif.open_heif(BytesIO(data))
    width, height = container.size
    _check_pixels(width, height, limits)
    image: Image.Image = container.to_pillow()
    # The container's own turn is applied already; the standard says to ignore the one in EXIF.
    image.info.pop("exif", None)
    return image


def _check_webp(data: bytes, limits: Limits) -> None:
    """Reads the canvas size from the header: the decoder claims its memory on opening."""
    kind, head = data[12:16], data[20:30].ljust(10, b"\0")
    if kind == b"VP8X":
        width, height = (int.from_bytes(head[i : i + 3], "little") + 1 for i in (4, 7))
    elif kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (int.from_bytes(head[i : i + 2], "little") & 0x3FFF for i in (6, 8))
    else:
        raise CorruptImage("The WEBP picture has no header: it is damaged. Fetch or save it again.")
    _check_pixels(width, height, limits)


def _upright_rgb(image: Image.Image) -> Image.Image:
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    return _rgb(image)


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    if image.mode.startswith("I;16"):
        eight_bit = (np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8)
        return Image.fromarray(eight_bit).convert("RGB")
    if image.mode in ("I", "F", "LAB", "HSV"):
        raise UnsupportedFormat(
            f"A picture with pixels of kind {image.mode!r} came; expected 8 or 16 bits of grey, RGB, "
            "CMYK or palette. Save it as PNG or JPEG first."
        )
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(paper, clear).convert("RGB")
    return image.convert("RGB")


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.max_bytes:
        raise TooLarge(
            f"The file has {size:,} bytes; at most {limits.max_bytes:,} are accepted. "
            "Save it smaller or raise the limit."
        )


def _check_pixels(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.max_pixels:
        raise TooLarge(
            f"The picture has {width} x {height} pixels; at most {limits.max_pixels:,} are accepted. "
            "Scale it down or raise the limit."
        )


def _names(limits: Limits) -> str:
    return ", ".join(limits.formats)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
