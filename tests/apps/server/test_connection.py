"""Clients that drip, hang, lie about lengths or never read: each is cut off, and others are served."""

from __future__ import annotations

import hashlib
import json
import socket
import time
import urllib.request
from dataclasses import replace

import pytest

from unmask.apps.server.settings import Bounds, Patience
from unmask.types import Limits

QUICK = Patience(head=1, idle=1, upload=2, write=1, analysis=20, start=120, stop=2)


@pytest.fixture
def server(live):
    return live(patience=QUICK, bounds=Bounds(per_minute=0, pictures=Limits(max_bytes=100_000)))


def connect(server) -> socket.socket:
    found = socket.create_connection((server.host, server.port), timeout=30)
    found.settimeout(30)
    return found


def until_closed(client: socket.socket) -> bytes:
    data = b""
    while True:
        try:
            piece = client.recv(65536)
        except ConnectionResetError:
            return data
        if not piece:
            return data
        data += piece


def alive(server) -> bool:
    with urllib.request.urlopen(f"{server.url}/healthz", timeout=30) as answer:
        return answer.status == 200


def head(length: int | None = None, path: str = "/v1/analyze", more: str = "") -> bytes:
    size = f"Content-Length: {length}\r\n" if length is not None else ""
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{size}{more}\r\n".encode()


@pytest.mark.parametrize(
    "sent", [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\nA"]
)
def test_a_head_that_never_ends_is_cut_off(server, sent):
    with connect(server) as client:
        client.sendall(sent)
        begun = time.monotonic()
        assert until_closed(client) == b""
        assert time.monotonic() - begun < 15
    assert alive(server)


def test_a_head_that_drips_is_cut_off(server):
    with connect(server) as client:
        begun, closed = time.monotonic(), False
        client.settimeout(0.1)
        client.sendall(b"GET /healthz HTTP/1.1\r\n")
        while not closed and time.monotonic() - begun < 15:
            try:
                client.sendall(b"A: b\r\n")
                closed = client.recv(100) == b""
            except TimeoutError:
                continue
            except OSError:
                closed = True
        assert closed


def test_the_second_head_of_a_connection_has_a_clock_too(server):
    with connect(server) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = b""
        while not answer.endswith(b'"alive"}'):
            answer += client.recv(65536)
        client.sendall(b"GET /hea")
        begun = time.monotonic()
        assert until_closed(client) == b""
        assert time.monotonic() - begun < 15


def test_an_upload_that_stands_still_is_answered_408(server):
    with connect(server) as client:
        client.sendall(head(1000) + b"x" * 10)
        answer = until_closed(client)
    assert b" 408 " in answer.splitlines()[0]
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "slow_upload"
    assert server.service.intake.uploads == server.service.intake.bytes == 0


def test_an_upload_that_drips_is_answered_408(server):
    with connect(server) as client:
        client.sendall(head(100_000))
        begun = time.monotonic()
        client.settimeout(0.2)
        answer = b""
        while not answer and time.monotonic() - begun < 20:
            client.sendall(b"x")
            try:
                answer = client.recv(65536)
            except TimeoutError:
                continue
    assert b" 408 " in answer.splitlines()[0]


def test_a_length_that_is_too_large_is_refused_before_anything_is_sent(server):
    with connect(server) as client:
        client.sendall(head(10_000_000_000))
        answer = client.recv(65536)
    assert b" 413 " in answer.splitlines()[0]


def test_a_body_without_length_is_cut_off_at_the_limit_while_it_is_read(server):
    with connect(server) as client:
        client.sendall(head(more="Transfer-Encoding: chunked\r\n"))
        piece = b"1000\r\n" + bytes(0x1000) + b"\r\n"
        sent = 0
        client.settimeout(0.05)
        answer = b""
        while not answer and sent < 50_000_000:
            client.sendall(piece)
            sent += 0x1000
            try:
                answer = client.recv(65536) if sent > 100_000 else b""
            except TimeoutError:
                continue
    assert b" 413 " in answer.splitlines()[0]
    assert sent < 2_000_000


def test_a_client_that_keeps_sending_after_its_answer_is_cut_off(server):
    with connect(server) as client:
        client.sendall(head(10_000_000_000))
        client.recv(65536)
        begun = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - begun < 20:
                client.sendall(bytes(1000))
                time.sleep(0.05)
        assert time.monotonic() - begun < 15


def test_a_client_that_vanishes_leaves_nothing(server):
    for _ in range(5):
        with connect(server) as client:
            client.sendall(head(1000) + b"x" * 10)
    deadline = time.monotonic() + 15
    while server.service.intake.uploads and time.monotonic() < deadline:
        time.sleep(0.05)
    assert server.service.intake.uploads == server.service.intake.bytes == 0


def test_many_hung_clients_do_not_hold_up_the_others(live):
    server = live(patience=replace(QUICK, head=20, idle=20, upload=20))
    hung = [connect(server) for _ in range(60)]
    for n, client in enumerate(hung):
        client.sendall(head(1000) + b"x" if n % 2 else b"GET / HT")
    body = b"picture"
    asked = urllib.request.Request(f"{server.url}/v1/analyze", body)
    with urllib.request.urlopen(asked, timeout=15) as answer:
        assert json.load(answer)["sha256"] == hashlib.sha256(body).hexdigest()
    for client in hung:
        client.close()


def test_connections_are_bounded(live):
    server = live(patience=QUICK, bounds=Bounds(per_minute=0, connections=5))
    held = [connect(server) for _ in range(5)]
    time.sleep(0.2)
    with connect(server) as client:
        assert until_closed(client) == b""
    for one in held:
        one.close()
    time.sleep(0.2)
    assert alive(server)


def test_nonsense_gets_a_problem_document(server):
    with connect(server) as client:
        client.sendall(b"\x16\x03\x01\x02\x00nonsense\r\n\r\n")
        answer = until_closed(client)
    assert b" 400 " in answer.splitlines()[0]
    assert b"application/problem+json" in answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "bad_request"


def test_a_giant_head_is_refused(server):
    with connect(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 40_000)
        answer = until_closed(client)
    assert answer == b"" or b" 400 " in answer.splitlines()[0]
    assert alive(server)


def test_a_client_that_never_reads_is_cut_off(live):
    """Asks for the large script of the docs page again and again, and reads none of it."""
    server = live(patience=QUICK)
    with connect(server) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20)
        deadline = time.monotonic() + 20
        while server._server.server_state.connections and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not server._server.server_state.connections
