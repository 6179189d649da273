"""Fetching from servers that are slow, endless, evasive or absent; every one of them is on this machine."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from unmask.apps import fetch as module
from unmask.apps.fetch import fetch
from unmask.errors import InputError, TooLarge
from unmask.types import Limits

PICTURE = b"\xff\xd8picture"


class Server(BaseHTTPRequestHandler):
    """Each path is a way to behave."""

    seen: list[str]

    def do_GET(self):
        self.server.seen.append(self.path)
        name = self.path.partition("?")[0].strip("/").partition("/")[0]
        getattr(self, f"do_{name}", self.do_missing)()

    def do_picture(self):
        self._head(200, **{"Content-Length": str(len(PICTURE))})
        self.wfile.write(PICTURE)

    def do_missing(self):
        self._head(404)

    def do_endless(self):
        self._head(200)
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def do_drip(self):
        self._head(200)
        self._drip(b"x")

    def do_driphead(self):
        self._drip(b"HTTP/1.0 200 OK\r\nX-Long: " + b"x" * 10_000)

    def do_hop(self):
        left = int(self.path.rsplit("/", 1)[1])
        self._head(302, Location=f"/hop/{left - 1}" if left else "/picture")

    def do_to(self):
        self._head(302, Location=self.path.partition("?")[2])

    def do_nowhere(self):
        self._head(302)

    def _drip(self, data):
        try:
            for _ in range(100):
                for byte in data:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(0.05)
        except OSError:
            pass

    def _head(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        running.seen = []
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """The servers of this test are on this machine, whatever stands between it and the world."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def address(server):
    server.seen.clear()
    return f"http://127.0.0.1:{server.server_port}"


def test_a_picture_comes_whole(address):
    assert fetch(f"{address}/picture") == PICTURE


def test_redirects_are_followed_up_to_five(address):
    assert fetch(f"{address}/hop/4") == PICTURE
    with pytest.raises(InputError, match="more than 5 times"):
        fetch(f"{address}/hop/5")


def test_an_endless_answer_ends_at_the_limit(address):
    with pytest.raises(TooLarge, match="more than 1,000,000 bytes"):
        fetch(f"{address}/endless", Limits(max_bytes=1_000_000))


@pytest.mark.parametrize("path", ["drip", "driphead"])
def test_a_server_that_drips_is_left(address, path):
    began = time.monotonic()
    with pytest.raises(InputError, match=r"within 0\.5 seconds"):
        fetch(f"{address}/{path}", seconds=0.5)
    assert time.monotonic() - began < 3


def test_a_refusal_names_its_status(address):
    with pytest.raises(InputError, match="answers 404 Not Found"):
        fetch(f"{address}/nothing")


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "gopher://x/", "javascript:1"]
)
def test_no_other_scheme_at_first_or_by_redirect(address, target):
    with pytest.raises(InputError, match="only http and https"):
        fetch(target)
    with pytest.raises(InputError, match="only http and https"):
        fetch(f"{address}/to?{target}")


def test_credentials_are_refused_at_first_and_by_redirect(address, server):
    with pytest.raises(InputError, match="user name or a password"):
        fetch(address.replace("//", "//me:secret@") + "/picture")
    assert server.seen == []
    with pytest.raises(InputError, match="user name or a password"):
        fetch(f"{address}/to?http://me@127.0.0.1/")


def test_https_never_leads_to_http(monkeypatch):
    class Answer:
        status = 302
        headers = {"Location": "http://example.org/picture"}  # noqa: RUF012

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(module, "_ask", lambda *_: Answer())
    with pytest.raises(InputError, match="from https to http"):
        fetch("https://example.org/picture")


@pytest.mark.parametrize(
    "wrong",
    [
        "http://",
        "http:///picture",
        "http://127.0.0.1:1/",
        "http://a b/",
        "http://[::1",
        "http://x:y/",
    ],
)
def test_addresses_that_lead_nowhere(wrong):
    with pytest.raises(InputError):
        fetch(wrong)


def test_a_redirect_to_itself_ends(address):
    with pytest.raises(InputError, match="more than 5 times"):
        fetch(f"{address}/nowhere")


def test_letters_of_every_alphabet_are_sent_as_the_web_wants_them(address, server):
    assert fetch(f"{address}/picture/Zoë Ω.jpg?q=ü&r=%20") == PICTURE
    assert server.seen == ["/picture/Zo%C3%AB%20%CE%A9.jpg?q=%C3%BC&r=%20"]
