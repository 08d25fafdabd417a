"""Whatever a connection brings: it is taken, counted as refused, or ends that connection; nothing else suffers."""

import asyncio
import gzip
import json
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from flexsim.clock import ManualClock, WallClock
from flexsim.live.callback import Signature, create_app
from flexsim.load import framing
from flexsim.load.backend import Backend
from flexsim.load.frames import FROM_AGENTS, decoded, seconds_of
from flexsim.load.peer import Peer
from flexsim.load.pushes import Pushes
from flexsim.traces.grpc_in import SERVICE, handler
from flexsim.traces.intake import JSON, PROTOBUF, Intake
from flexsim.traces.reception import Reception
from flexsim.traces.serving import Collector
from tests.traces.conftest import request
from tests.traces.test_json_in import as_otlp_json

from .damage import WORST, damaged, distorted, written

quick = settings(derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
KPIS = {"loginTime": 1.0, "callsHandled": 1}
FRAMES = [
    {"type": kind, "agentId": "A1", "department": "sales", "state": "available", "newState": "wrap", "callId": "c1",
     "timestamp": "2026-01-05T08:00:00.000Z", "kpis": KPIS}
    for kind in FROM_AGENTS
]  # fmt: skip
PUSHES = [
    {
        "type": "call_assign",
        "agentId": "A1",
        "callId": "c1",
        "vq": "sales",
        "timestamp": "2026-01-05T08:00:00Z",
        "seq": 1,
    }
]
REQUEST = (
    b"GET /ws/agent HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
OTLP = request((1, None, 0, 5), (2, 1, 1, 3))
OTLP_JSON = as_otlp_json(OTLP)


class Wire(asyncio.Transport):
    """What a peer writes to; nothing is sent."""

    def __init__(self):
        super().__init__()
        self.closed = False

    def write(self, data):
        pass

    def get_write_buffer_size(self):
        return 0

    def close(self):
        self.closed = True

    abort = close


def counted(backend):
    ledger = backend.ledger
    return sum(ledger.received.values()) + ledger.events["bad"] + ledger.events["unknown"]


def talk(*chunks):
    """A backend that was told so, on one connection after its handshake, and what became of the connection."""

    async def scenario():
        backend = Backend(WallClock(1.0), 1)
        peer, wire = Peer(backend), Wire()
        peer.connection_made(wire)
        for chunk in chunks:
            if not wire.closed:
                peer.data_received(chunk)
        backend.stats()
        peer.connection_lost(None)
        assert not backend.connections
        assert not backend.registry.agents
        return backend, wire

    return asyncio.run(scenario())


def frame(payload):
    return framing.masked(framing.TEXT, payload, b"abcd")


NESTED = b'{"type":"%s","agentId":' + b"[" * 1000 + b"]" * 1000 + b"}"
REGISTER = written(FRAMES[FROM_AGENTS.index("register")])


@quick
@given(
    st.lists(
        st.sampled_from(FRAMES).flatmap(distorted).map(written) | damaged([written(each) for each in FRAMES]),
        max_size=4,
    )
)
def test_every_frame_of_an_agent_is_counted_whatever_it_holds(payloads):
    backend, wire = talk(REQUEST, frame(REGISTER), *map(frame, payloads))
    assert wire.closed or counted(backend) == 1 + len(payloads)


@pytest.mark.parametrize("kind", FROM_AGENTS)
@pytest.mark.parametrize("field", ["agentId", "state", "newState", "department", "kpis", "callId", "type"])
def test_a_frame_whose_fields_are_nested_deep_is_counted(kind, field):
    nest = b"[" * 1000 + b"]" * 1000
    payload = b",".join(
        b'"%s":%s' % (name.encode(), nest if name == field else written(value))
        for name, value in FRAMES[FROM_AGENTS.index(kind)].items()
    )
    backend, wire = talk(REQUEST, frame(REGISTER), frame(b"{" + payload + b"}"))
    assert not wire.closed
    assert counted(backend) == 2


@quick
@given(
    st.lists(damaged([REQUEST, frame(REGISTER), framing.masked(framing.PING, b"x", b"abcd")]), max_size=4),
    st.booleans(),
)
def test_what_is_no_websocket_ends_its_own_connection_only(chunks, shaken):
    talk(*([REQUEST] if shaken else []), *chunks)


@quick
@given(
    st.lists(
        st.sampled_from(PUSHES).flatmap(distorted).map(written) | damaged([written(each) for each in PUSHES]),
        max_size=5,
    )
)
def test_every_push_to_an_agent_is_new_or_a_duplicate(payloads):
    pushes = Pushes()
    for payload in payloads:
        found = decoded(payload)
        if found is not None:
            assert pushes.take(found, seconds_of(found.get("timestamp"))) in {True, False}
    assert pushes.gaps >= 0


@quick
@given(
    damaged([OTLP.SerializeToString(), OTLP_JSON, gzip.compress(OTLP_JSON), gzip.compress(OTLP.SerializeToString())])
    | distorted(json.loads(OTLP_JSON)).map(written),
    st.sampled_from([PROTOBUF, JSON, "", "text/plain; x"]),
    st.sampled_from(["", "gzip", "identity", "br", "\n"]),
)
def test_every_export_is_taken_or_refused(body, kind, encoding):
    intake = Intake(Reception(), largest=100_000)
    answer = intake.take(body, kind, encoding, 0.0)
    assert answer.status in {200, 400, 413, 415}
    assert len(answer.body) < 2_000
    assert intake.refused == (answer.status != 200)


@pytest.mark.parametrize("body", [*WORST, gzip.compress(bytes(10_000_000))], ids=range(len(WORST) + 1))
@pytest.mark.parametrize("encoding", ["", "gzip"])
@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
def test_the_worst_of_exports(body, kind, encoding):
    assert Intake(Reception(), largest=100_000).take(body, kind, encoding, 0.0).status in {200, 400, 413}


@pytest.mark.parametrize("rest", [b"\x00" * 100, b"\xff\xff", frame(REGISTER)[:-1], b"GET / HTTP/1.1\r\n\r\n"])
def test_what_comes_broken_right_behind_the_handshake_ends_the_connection(rest):
    backend, _ = talk(REQUEST + rest)
    assert not backend.connections


@quick
@given(
    damaged([OTLP.SerializeToString()])
    | st.sampled_from([OTLP_JSON, bytes(20_001), *WORST[:6]])
    | st.binary(max_size=100),
    st.sampled_from([None, "gzip"]),
)
def test_every_export_over_grpc_is_taken_or_refused(body, compression):
    grpc = pytest.importorskip("grpc")

    class Context:
        async def abort(self, code, details):
            assert code is grpc.StatusCode.INVALID_ARGUMENT
            assert 0 < len(details) < 2_000
            raise grpc.aio.AbortError

    collector = Collector(Intake(Reception(), largest=10_000), ManualClock())
    call = SimpleNamespace(method=f"/{SERVICE}/Export", invocation_metadata=())
    export = handler(grpc, collector).service(call).unary_unary
    try:
        answer = asyncio.run(export(body, Context()))
    except grpc.aio.AbortError:
        assert collector.intake.refused == 1
    else:
        assert ExportTraceServiceResponse.FromString(answer).partial_success.rejected_spans >= 0


SID = "1" * 32
OFFER = {
    "ReservationSid": f"WR{SID}", "TaskSid": f"WT{SID}", "WorkerSid": f"WK{SID}", "TaskAttributes": '{"flexsim": "acme"}',
    "TaskAge": "12",
}  # fmt: skip


class Desk:
    """Takes every offer, and counts who is turned away."""

    def __init__(self):
        self.taken = self.refused = 0

    def take(self, offer):
        assert isinstance(offer.attributes, dict)
        assert 0 <= offer.age < 1e12
        self.taken += 1
        return True

    def complain(self, _what):
        self.refused += 1


@quick
@given(
    data=st.data(),
    kind=st.sampled_from(
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "", "\xff"]
    ),
    signed=st.booleans(),
)
def test_every_callback_of_a_reservation_is_answered_in_words(data, kind, signed):
    form = data.draw(
        distorted(OFFER)
        | damaged([OFFER["TaskAttributes"].encode()]).map(
            lambda text: OFFER | {"TaskAttributes": text.decode("latin-1")}
        )
    )
    text = urlencode({str(name): str(value) for name, value in form.items()}, errors="replace").encode()
    body = data.draw(st.just(text) | damaged([text]))
    desk, signature = Desk(), Signature(address="http://x/reservation", token="secret") if signed else None
    application = create_app(desk, lambda: signature)
    given = {
        "X-Twilio-Signature": data.draw(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=40))
    }
    answer = application.test_client().post("/reservation", data=body, content_type=kind, headers=given)
    assert answer.status_code in {200, 400, 403, 413}
    assert len(answer.data) < 500
    assert answer.status_code == 413 or desk.taken + desk.refused == 1
