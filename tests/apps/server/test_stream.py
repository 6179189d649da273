"""Frames over a WebSocket: answered with faces and verdicts, dropped rather than queued."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from tests.apps.server.conftest import wait_for
from tests.conftest import encode, picture
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from unmask import Analyzer
from unmask.apps.server.settings import Bounds, Patience
from unmask.apps.server.stream import Slot
from unmask.apps.server.workers import COMMAND
from unmask.reports.schema import plain, schema
from unmask.video import Look
from unmask.video.live import ENOUGH, LiveAnalyzer

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "service.md"
RED = encode(picture((250, 60, 60)), "JPEG")


def test_a_face_gets_a_verdict_when_it_was_seen_often_enough(client, tiny_detector):
    alone = LiveAnalyzer(Look.open(tiny_detector, faces=False))
    pixels = Analyzer(tiny_detector).pixels(RED)
    with client.websocket_connect("/v1/stream") as socket:
        for number in range(1, ENOUGH + 2):
            socket.send_bytes(RED)
            answer = socket.receive_json()
            assert answer["frame"] == number
            assert answer["faces"] == plain(alone.push(pixels))
            (face,) = answer["faces"]
            assert (face["number"], face["verdict"] is None) == (1, number < ENOUGH)
    assert face["verdict"]["label"] == "fake"
    assert (answer["width"], answer["height"]) == (64, 64)


def test_streams_do_not_share_what_they_remember(client):
    for _ in range(2):
        with client.websocket_connect("/v1/stream") as socket:
            for _ in range(ENOUGH):
                socket.send_bytes(RED)
                assert (answer := socket.receive_json())["faces"][0]["number"] == 1
            assert answer["faces"][0]["verdict"]
    with client.websocket_connect("/v1/stream") as socket:
        socket.send_bytes(RED)
        assert socket.receive_json()["faces"][0]["verdict"] is None


def test_every_frame_on_its_own_has_the_published_form(client):
    with client.websocket_connect("/v1/stream?rolling=false&stability=true") as socket:
        socket.send_bytes(RED)
        answer = socket.receive_json()
    assert answer["analysis"]["verdict"]["label"] == "fake"
    assert answer["analysis"]["faces"][0]["stability"]["variants"]
    jsonschema.validate(answer["analysis"], schema())


@pytest.mark.parametrize("query", ["", "?rolling=false"])
def test_answers_are_as_the_document_says(client, query):
    components = client.get("/openapi.json").json()["components"]
    whole = {"$ref": "#/components/schemas/StreamAnswer", "components": components}
    described = jsonschema.Draft202012Validator(whole)
    with client.websocket_connect(f"/v1/stream{query}") as socket:
        for data in (RED, b"no picture", RED, RED):
            socket.send_bytes(data)
            described.validate(socket.receive_json())
    with pytest.raises(jsonschema.ValidationError):
        described.validate({"frame": 1, "dropped": 0})


def test_a_bad_frame_is_a_problem_and_the_stream_goes_on(client):
    with client.websocket_connect("/v1/stream") as socket:
        socket.send_bytes(b"no picture")
        assert socket.receive_json()["problem"]["code"] == "unsupported_format"
        socket.send_bytes(RED)
        assert socket.receive_json()["frame"] == 2


@pytest.mark.parametrize("query", ["explain=true", "stability=1", "rolling=perhaps", "detector=no"])
def test_options_that_do_not_go_together(client, query):
    with (
        pytest.raises((WebSocketDenialResponse, WebSocketDisconnect)),
        client.websocket_connect(f"/v1/stream?{query}"),
    ):
        pass


def test_a_stream_stays_with_its_worker_and_is_forgotten_by_it(odd):
    server = odd(workers=2)
    with server.websocket_connect("/v1/stream") as one, server.websocket_connect("/v1/stream") as two:  # fmt: skip
        seen = [ask(socket, b"picture") for socket in (one, two) for _ in range(3)]
        assert len({answer["pid"] for answer in seen}) == 2
        assert {answer["remembered"] for answer in seen} == {1}
    for _ in range(4):
        with server.websocket_connect("/v1/stream") as socket:
            assert ask(socket, b"picture")["remembered"] == 1


def ask(socket, data: bytes) -> dict:
    socket.send_bytes(data)
    return socket.receive_json()


def test_a_real_client_that_sends_too_fast_is_answered_about_the_newest(live, tiny_detector):
    server = live(COMMAND, detectors=(str(tiny_detector),), faces=False)
    with connect(f"ws://{server.host}:{server.port}/v1/stream") as socket:
        for _ in range(200):
            socket.send(RED)
        answers = []
        while not answers or answers[-1]["frame"] < 200:
            answers.append(json.loads(socket.recv(60)))
    numbers = [answer["frame"] for answer in answers]
    assert numbers == sorted(set(numbers))
    assert answers[-1]["dropped"] == 200 - len(answers)
    assert {face["number"] for answer in answers for face in answer["faces"]} == {1}


def test_the_client_in_the_guide_does_what_it_says(live, tiny_detector, tmp_path):
    server = live(COMMAND, detectors=(str(tiny_detector),), faces=False)
    code = GUIDE.read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    code = code.replace("127.0.0.1:8000", f"{server.host}:{server.port}")
    paths = [tmp_path / f"{n}.jpg" for n in range(ENOUGH)]
    for path in paths:
        path.write_bytes(RED)
    said = subprocess.run(
        [sys.executable, "-c", code, *map(str, paths)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout.splitlines()
    assert [line.split()[0] for line in said] == [str(path) for path in paths]
    assert [line.split()[3] for line in said] == ["...", "...", "fake"]


def test_a_client_that_never_reads_is_cut_off(live):
    """Its answers are large; they fill every buffer on the way."""
    server = live(patience=Patience(write=0.5, stream_idle=30, start=120, stop=2))
    with connect(f"ws://{server.host}:{server.port}/v1/stream", max_queue=1) as socket:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(40):
                socket.send(b"large")
                time.sleep(0.05)
        wait_for(lambda: not server.service.streams)


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
        assert socket.receive_json()["remembered"] == 1


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
        assert socket.receive_json()["remembered"] == 1


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


def test_nobody_takes_all_streams(odd):
    server = odd(bounds=Bounds(per_minute=0, streams=3, streams_each=1), keys_required=None)
    with server.websocket_connect("/v1/stream"):
        answer = denied(server)
        assert (answer.status_code, answer.json()["code"]) == (429, "overloaded")
        assert int(answer.headers["retry-after"]) >= 1
        key = server.service.keys.add("other")
        with server.websocket_connect("/v1/stream", headers={"X-API-Key": key}):
            assert len(server.service.streams) == 2


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
