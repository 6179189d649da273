"""Servers to test: in this process, on a loopback port, or with workers that misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from starlette.testclient import TestClient

from unmask.apps.server.addresses import Rules, is_public
from unmask.apps.server.app import create_app
from unmask.apps.server.run import Where, config, listener
from unmask.apps.server.service import Service
from unmask.apps.server.settings import Bounds, Patience, ServerSettings

ODD = (sys.executable, str(Path(__file__).with_name("odd_worker.py")))
BASE = "http://127.0.0.1:8000"
PRETEND = "127.0.0.2"
"""A loopback address that the tests declare public, so that everything stays on this machine."""


def pretending() -> Rules:
    """`public.test` is at the address declared public, `private.test` at loopback."""

    async def resolve(host, port):
        names = {"public.test": [PRETEND], "private.test": ["127.0.0.1"], "both.test": [PRETEND, "10.0.0.1"]}  # fmt: skip
        return names.get(host, [host])

    return Rules(
        public=lambda ip: str(ip) == PRETEND or is_public(ip),
        resolve=resolve,
        ports=range(1, 65536),
    )


@pytest.fixture
def settings(tmp_path) -> ServerSettings:
    return ServerSettings(
        state=tmp_path / "state",
        workers=1,
        bounds=Bounds(per_minute=0),
        patience=Patience(head=1, idle=1, upload=3, analysis=20, start=120, stop=2),
    )


@contextlib.contextmanager
def client_of(service: Service):
    with TestClient(create_app(service), base_url=BASE) as client:
        yield client


@pytest.fixture
def odd(settings):
    """A client of a server whose worker answers without looking; settings by keyword."""
    with contextlib.ExitStack() as stack:

        def start(**changes) -> TestClient:
            service = Service(replace(settings, **changes), pretending(), ODD)
            client = stack.enter_context(client_of(service))
            client.service = service
            return client

        yield start


@pytest.fixture(scope="package")
def client(tmp_path_factory, tiny_detector):
    """A client of a server that really judges, shared by the tests that only ask."""
    settings = ServerSettings(
        state=tmp_path_factory.mktemp("serve") / "state",
        detectors=(str(tiny_detector),),
        faces=False,
        workers=1,
        bounds=Bounds(per_minute=0),
        patience=Patience(start=120, analysis=120),
    )
    with client_of(Service(settings)) as client:
        yield client


class Live:
    """A real server on a port of its own, in a thread."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._socket = listener(Where(port=0))
        self.host, self.port = self._socket.getsockname()[:2]
        self.url = f"http://{self.host}:{self.port}"
        self._server = uvicorn.Server(config(service, Where()))
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def __enter__(self) -> Live:
        self._thread.start()
        wait_for(lambda: self._server.started, 120)
        return self

    def __exit__(self, *_) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive()


@pytest.fixture
def live(settings):
    with contextlib.ExitStack() as stack:

        def start(command=ODD, **changes) -> Live:
            return stack.enter_context(
                Live(Service(replace(settings, **changes), pretending(), command))
            )

        yield start


def wait_for(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
