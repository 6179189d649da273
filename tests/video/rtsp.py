"""A clip in an MPEG transport stream -> a camera on the loopback that speaks just enough RTSP, over TCP alone."""

from __future__ import annotations

import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKET = 7 * 188
"""Transport packets travel seven by seven, as RFC 2250 has it."""
SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:track\r\n"


@contextmanager
def camera(clip: Path, seconds: float = 1.0) -> Iterator[str]:
    """Plays the clip once in about so many seconds, then hangs up; gives its address."""
    data = clip.read_bytes()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while request := self._request():
                method, number, transport = request
                self._answer(method, number, transport)
                if method == "PLAY":
                    self._play()
                    break

        def _request(self) -> tuple[str, str, str] | None:
            first = self.rfile.readline().decode()
            lines = dict(line.split(": ", 1) for line in self._head())
            if not first:
                return None
            return first.split()[0], lines["CSeq"], lines.get("Transport", "")

        def _head(self) -> Iterator[str]:
            while line := self.rfile.readline().decode().strip():
                yield line

        def _answer(self, method: str, number: str, transport: str) -> None:
            status, more, body = "200 OK", "", ""
            if method == "DESCRIBE":
                more, body = "Content-Type: application/sdp\r\n", SDP
            elif method == "SETUP" and "interleaved" not in transport:
                status = "461 Unsupported Transport"
            elif method == "SETUP":
                more = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n"
            elif method == "OPTIONS":
                more = "Public: OPTIONS, DESCRIBE, SETUP, PLAY\r\n"
            head = (
                f"RTSP/1.0 {status}\r\nCSeq: {number}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
            )
            self.wfile.write((head + body).encode())

        def _play(self) -> None:
            starts = range(0, len(data), PACKET)
            for number, start in enumerate(starts):
                piece = data[start : start + PACKET]
                at = int(90_000 * seconds * number / len(starts))
                rtp = struct.pack(">BBHII", 0x80, 33, number & 0xFFFF, at, 1) + piece
                self.wfile.write(struct.pack(">cBH", b"$", 0, len(rtp)) + rtp)
                time.sleep(seconds / len(starts))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"rtsp://127.0.0.1:{server.server_address[1]}/camera"
        finally:
            server.shutdown()
            thread.join()
