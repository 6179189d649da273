"""A small web server on loopback that leads clients astray, for the tests of fetching."""

from __future__ import annotations

import contextlib
import socketserver
import threading
import time
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote

PRETEND = "127.0.0.2"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append((self.command, self.path, dict(self.headers), b""))
        kind, _, rest = self.path.strip("/").partition("/")
        getattr(self, f"_{kind}")(rest)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        self._reply(self.server.statuses.pop(0) if self.server.statuses else 200)

    def _picture(self, _):
        self._reply(200, self.server.picture)

    def _status(self, rest):
        self._reply(int(rest))

    def _to(self, rest):
        self._reply(302, headers={"Location": unquote(rest).replace("|", "/")})

    def _loop(self, _):
        self._reply(302, headers={"Location": "/loop"})

    def _nowhere(self, _):
        self._reply(302)

    def _large(self, _):
        self._reply(200, bytes(1_000_000))

    def _lying(self, _):
        """Says nothing about a length and never ends."""
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            while True:
                self.wfile.write(bytes(65536))

    def _drip(self, _):
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.1)

    def _reply(self, status, body=b"", headers=None):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def website(picture: bytes, host: str = PRETEND):
    server = socketserver.ThreadingTCPServer((host, 0), Handler)
    server.daemon_threads = True
    server.picture, server.seen, server.statuses = picture, [], []
    server.port = server.server_address[1]
    server.url = f"http://public.test:{server.port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
