"""Frames over a WebSocket: answered with faces and verdicts, dropped rather than queued."""

from __future__ import annotations

import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from tests.conftest import encode, picture

from unmask.apps.server.settings import Bounds, Patience
from unmask.apps.server.stream import Slot

RED = encode(picture((250, 60, 60)), "JPEG")


def test_frames_are_answered_with_faces_and_verdicts(client):
    with client.websocket_connect("/v1/stream") as socket:
        for number in (1, 2):
            socket.send_bytes(RED)
            answer = socket.receive_json()
            assert answer["frame"] == number
            assert answer["analysis"]["verdict"]["label"] == "fake"
            assert answer["analysis"]["faces"][0]["face"]["box"]["right"] == 64


def test_a_bad_frame_is_a_problem_and_the_stream_goes_on(client):
    with client.websocket_connect("/v1/stream") as socket:
        socket.send_bytes(b"no picture")
        assert socket.receive_json()["problem"]["code"] == "unsupported_format"
        socket.send_bytes(RED)
        assert socket.receive_json()["frame"] == 2


def test_frames_that_come_too_fast_are_dropped_not_queued(odd):
    with odd().websocket_connect("/v1/stream") as socket:
        for number in range(50):
            socket.send_bytes(b"slow %d" % number)
        answers = []
        while not answers or answers[-1]["frame"] < 50:
            answers.append(socket.receive_json())
    assert len(answers) < 25
    assert answers[-1]["dropped"] == 50 - len(answers)


def test_the_newest_frame_wins():
    slot = Slot()
    assert [slot.put(b"1"), slot.put(b"2"), slot.put(b"3")] == [False, True, True]
    assert (slot.received, slot.dropped) == (3, 2)


def test_a_frame_that_kills_a_worker_does_not_end_the_stream(odd):
    with odd().websocket_connect("/v1/stream") as socket:
        socket.send_bytes(b"die")
        assert socket.receive_json()["problem"]["code"] == "worker_lost"
        socket.send_bytes(b"picture")
        assert "analysis" in socket.receive_json()


def denied(server, **options):
    with (
        pytest.raises(WebSocketDenialResponse) as found,
        server.websocket_connect("/v1/stream", **options),
    ):
        pass
    return found.value


def test_without_a_key(odd):
    server = odd(keys_required=True)
    answer = denied(server)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
    assert denied(server, subprotocols=["unmask.v1", "unmask.key.um_wrong"]).status_code == 401


def test_a_browser_sends_its_key_as_a_protocol_and_does_not_get_it_back(odd):
    server = odd(keys_required=True)
    key = server.service.keys.add("page")
    offered = ["unmask.v1", f"unmask.key.{key}"]
    with server.websocket_connect("/v1/stream", subprotocols=offered) as socket:
        assert socket.accepted_subprotocol == "unmask.v1"
        socket.send_bytes(b"picture")
        assert "analysis" in socket.receive_json()


def test_a_page_elsewhere_is_refused(odd):
    server = odd()
    with (
        pytest.raises(WebSocketDisconnect) as found,
        server.websocket_connect("/v1/stream", headers={"origin": "https://evil.example"}),
    ):
        pass
    assert found.value.code == 1008


def test_streams_are_bounded_and_given_back(odd):
    server = odd(bounds=Bounds(per_minute=0, streams=1))
    with server.websocket_connect("/v1/stream"):
        assert denied(server).status_code == 429
    with server.websocket_connect("/v1/stream") as socket:
        socket.send_bytes(b"picture")
        socket.receive_json()


def test_an_idle_stream_is_closed(odd):
    server = odd(patience=Patience(stream_idle=0.2, start=120))
    with (
        server.websocket_connect("/v1/stream") as socket,
        pytest.raises(WebSocketDisconnect) as end,
    ):
        socket.receive_json()
    assert end.value.code == 1001


def test_text_is_no_frame(odd):
    with odd().websocket_connect("/v1/stream") as socket, pytest.raises(WebSocketDisconnect) as end:
        socket.send_text("hello")
        socket.receive_json()
    assert end.value.code == 1003
