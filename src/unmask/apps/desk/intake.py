"""Upload, address or camera -> what the reader gave."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import streamlit as st

from unmask.apps import settings
from unmask.apps.server.fetch import Fetcher
from unmask.apps.server.problems import Problem
from unmask.errors import InputError

SECONDS = 20.0
TYPES = ["jpg", "jpeg", "png", "webp", "avif", "heic", "heif", "tif", "tiff", "bmp", "gif"]
WAYS = {
    "Upload": ":material/upload:",
    "Address": ":material/link:",
    "Camera": ":material/photo_camera:",
}


@dataclass(frozen=True)
class Picture:
    """`id` tells two uploads of one name apart; the bytes are read when their turn comes."""

    id: str
    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Given:
    """Pictures at hand, or an address still to be fetched when Analyze is pressed."""

    pictures: tuple[Picture, ...] = ()
    address: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """Empty when nothing was given; changes with what was given."""
        return (self.address,) if self.address else tuple(p.id for p in self.pictures)


def given() -> Given:
    way = st.segmented_control(
        "Where is the picture?",
        list(WAYS),
        default="Upload",
        format_func=lambda name: f"{WAYS[name]} {name}",
        key="way",
        label_visibility="collapsed",
        required=True,
    )
    if way == "Address":
        return Given(address=_address())
    return Given(_photo() if way == "Camera" else _upload())


def _upload() -> tuple[Picture, ...]:
    files = st.file_uploader(
        "Drop one picture here, or many",
        type=TYPES,
        accept_multiple_files=True,
        help="JPG, PNG, WebP, AVIF or HEIC. Pictures stay on the machine that runs this page.",
        key="files",
    )
    return tuple(Picture(file.file_id, file.name, file.getvalue) for file in files)


def _address() -> str:
    return st.text_input(
        "Address of a picture",
        placeholder="https://example.org/portrait.jpg",
        help="It is fetched when you press Analyze, by the machine that runs this page.",
        key="address",
    ).strip()


def _photo() -> tuple[Picture, ...]:
    shot = st.camera_input("Take a photo of a face", key="photo", width=420)
    return (Picture(shot.file_id, "camera.jpg", shot.getvalue),) if shot else ()


def fetched(address: str) -> Picture:
    """Only because the reader asked, and only from a public address: the page may be hosted."""
    fetcher = Fetcher(settings.load(os.environ).max_bytes, SECONDS)
    try:
        data = asyncio.run(fetcher.get(address))
    except Problem as problem:
        raise InputError(f"{problem.detail} Give the address of the picture itself.") from None
    name = unquote(urlsplit(address).path.rstrip("/").rpartition("/")[2])
    return Picture(address, name or address, lambda: data)
