"""Upload, address or camera -> pictures as (name, bytes)."""

from __future__ import annotations

import asyncio
import os
from urllib.parse import unquote, urlsplit

import streamlit as st

from unmask.apps import settings
from unmask.apps.server.fetch import Fetcher
from unmask.apps.server.problems import Problem
from unmask.errors import InputError

SECONDS = 20.0
Picture = tuple[str, bytes]
TYPES = ["jpg", "jpeg", "png", "webp", "avif", "heic", "heif", "tif", "tiff", "bmp", "gif"]
WAYS = {
    "Upload": ":material/upload:",
    "Address": ":material/link:",
    "Camera": ":material/photo_camera:",
}


def pictures() -> tuple[list[Picture], str]:
    """What the reader gave, and an address still to be fetched when Analyze is pressed."""
    way = st.segmented_control(
        "Where is the picture?",
        list(WAYS),
        default="Upload",
        format_func=lambda name: f"{WAYS[name]} {name}",
        key="way",
    )
    if way == "Address":
        return [], _address()
    return (_photo() if way == "Camera" else _upload()), ""


def _upload() -> list[Picture]:
    files = st.file_uploader(
        "Drop one picture here, or many",
        type=TYPES,
        accept_multiple_files=True,
        help="JPG, PNG, WebP, AVIF or HEIC. Pictures stay on the machine that runs this page.",
        key="files",
    )
    return [(file.name, file.getvalue()) for file in files]


def _address() -> str:
    return st.text_input(
        "Address of a picture",
        placeholder="https://example.org/portrait.jpg",
        help="It is fetched when you press Analyze, by the machine that runs this page.",
        key="address",
    ).strip()


def _photo() -> list[Picture]:
    shot = st.camera_input("Take a photo of a face", key="photo")
    return [("camera.jpg", shot.getvalue())] if shot else []


def fetched(address: str) -> Picture:
    """Only because the reader asked, and only from a public address: the page may be hosted."""
    fetcher = Fetcher(settings.load(os.environ).max_bytes, SECONDS)
    try:
        data = asyncio.run(fetcher.get(address))
    except Problem as problem:
        raise InputError(f"{problem.detail} Give the address of the picture itself.") from None
    name = unquote(urlsplit(address).path.rstrip("/").rpartition("/")[2])
    return name or address, data
