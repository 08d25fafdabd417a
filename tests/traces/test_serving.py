"""A collector on a real port: real clients, and clients that behave badly."""

import asyncio
import contextlib
import gzip
import http.client
import json
import socket
import threading

import pytest
from google.rpc.status_pb2 import Status
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, StatusCode
from opentelemetry.trace import Status as SdkStatus

from flexsim.clock import ManualClock
from flexsim.errors import ConfigurationError
from flexsim.traces.intake import JSON, PROTOBUF, Intake
from flexsim.traces.reception import Reception
from flexsim.traces.serving import PATH, Bounds, Collector, serving
from flexsim.traces.spans import Code
from flexsim.traces.tree import Tree
from tests.traces.conftest import TRACE, request

BODY = request((2, 1, 1, 4, {"error": True, "note": "<b>&"}), (1, None, 0, 5)).SerializeToString()
LARGEST = 100_000


class Served:
    """A collector on a loop and thread of its own."""

    def __init__(self, bounds=None):
        self.collector = Collector(Intake(Reception(), largest=LARGEST), ManualClock(), bounds)
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        ready = threading.Event()

        async def until_stopped():
            async with serving(self.collector, "127.0.0.1", 0) as self.port:
                ready.set()
                await self._stop.wait()

        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(until_stopped(),))
        self._thread.start()
        assert ready.wait(10)

    def close(self):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._loop.close()

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def post(self, body=BODY, kind=PROTOBUF, path=PATH, **headers):
        return self.ask("POST", path, body, content_type=kind, **headers)

    def raw(self, *parts):
        """What is answered to these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            for part in parts:
                connection.sendall(part)
            found = b""
            with contextlib.suppress(ConnectionError):
                while more := connection.recv(65_536):
                    found += more
            return found


@pytest.fixture
def served():
    found = Served()
    yield found
    found.close()


@pytest.fixture
def impatient():
    found = Served(Bounds(patience=0.1, underway=50_000))
    yield found
    found.close()


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_the_real_sdk_delivers_here_and_everything_is_there(served, compression):
    exporter = OTLPSpanExporter(endpoint=f"http://127.0.0.1:{served.port}{PATH}", compression=compression)
    provider = TracerProvider(resource=Resource.create({"service.name": "real-app"}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("real-tracer", "1.2")
    with tracer.start_as_current_span("root", attributes={"texts": ["a", "b"], "share": 0.5}) as root:
        for attempt in range(3):
            links = [Link(root.get_span_context(), {"why": "retry"})] if attempt else []
            with tracer.start_as_current_span(f"attempt {attempt}", links=links) as span:
                span.add_event("tried", {"attempt": attempt})
                if attempt < 2:
                    span.record_exception(TimeoutError("too slow"))
                    span.set_status(SdkStatus(StatusCode.ERROR, "too slow"))
    provider.shutdown()
    stats = served.collector.stats()
    assert (stats["spans"], stats["errors"], stats["services"]) == (4, 2, {"real-app": 4})
    assert [stats[name] for name in ("duplicates", "orphans", "late", "out_of_order", "skewed", "rejected")] == [0] * 6
    tree = Tree(served.collector.intake.reception.spans(root.get_span_context().trace_id.to_bytes(16, "big")))
    assert (tree.root.name, tree.root.attributes) == ("root", {"texts": ["a", "b"], "share": 0.5})
    assert (tree.root.scope.name, tree.root.scope.version) == ("real-tracer", "1.2")
    first, second, third = tree.children(tree.root)
    assert [each.status.code for each in (first, second, third)] == [Code.ERROR, Code.ERROR, Code.UNSET]
    assert [each.name for each in second.events] == ["tried", "exception"]
    assert second.events[1].attributes["exception.type"] == "TimeoutError"
    assert (second.links[0].span_id, second.links[0].attributes) == (tree.root.span_id, {"why": "retry"})


def test_protobuf_json_and_gzip_are_taken_and_counted(served):
    assert served.post()[0] == 200
    assert served.post(gzip.compress(BODY), content_encoding="gzip")[0] == 200
    assert served.post(b"{}", JSON)[2] == b"{}"
    stats = json.loads(served.ask("GET", "/stats")[2])
    assert (stats["spans"], stats["duplicates"], stats["requests"], stats["errors"]) == (2, 2, 3, 2)


def test_garbage_is_refused_with_a_status_and_the_next_request_is_taken(served):
    for body, kind, headers, status in (
        (b"\xff" * 100, PROTOBUF, {}, 400),
        (BODY[:-5], PROTOBUF, {}, 400),
        (b"{", JSON, {}, 400),
        (BODY, PROTOBUF, {"content_encoding": "gzip"}, 400),
        (BODY, PROTOBUF, {"content_encoding": "br"}, 415),
        (BODY, "text/plain", {}, 415),
        (bytes(LARGEST + 1), PROTOBUF, {}, 413),
        (gzip.compress(bytes(10 * LARGEST)), PROTOBUF, {"content_encoding": "gzip"}, 413),
    ):
        found, answered, told = served.post(body, kind, **headers)
        assert found == status
        assert json.loads(told)["message"] if answered["content-type"] == JSON else Status.FromString(told).message
    assert served.post()[0] == 200
    assert served.collector.stats()["refused_requests"] == 8


def test_other_doors_and_other_verbs_are_refused(served):
    assert served.post(path="/v1/metrics")[0] == 404
    status, headers, _ = served.ask("GET", PATH)
    assert (status, headers["allow"]) == (405, "POST")
    assert served.ask("GET", "/nowhere")[0] == 404
    assert json.loads(served.ask("GET", "/health")[2]) == {"status": "ok", "traces": 0}


def test_a_body_without_a_length_is_cut_off_at_the_largest_size(served):
    head = f"POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {PROTOBUF}\r\ntransfer-encoding: chunked\r\n\r\n".encode()
    chunk = b"10000\r\n" + bytes(65_536) + b"\r\n"
    assert served.raw(head, chunk, chunk).startswith(b"HTTP/1.1 413")
    assert served.post()[0] == 200


def test_a_body_that_does_not_come_is_given_up(impatient):
    head = f"POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {PROTOBUF}\r\ncontent-length: 1000\r\n\r\nabc".encode()
    assert impatient.raw(head).startswith(b"HTTP/1.1 408")
    assert impatient.post()[0] == 200


def test_a_length_that_is_too_much_is_refused_before_the_body_comes(impatient):
    head = f"POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {PROTOBUF}\r\ncontent-length: 1000000000\r\n\r\n".encode()
    assert impatient.raw(head).startswith(b"HTTP/1.1 413")


def test_a_client_that_leaves_in_the_middle_leaves_nothing_behind(served):
    head = f"POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {PROTOBUF}\r\ncontent-length: 1000\r\n\r\nabc".encode()
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(head)
    assert served.post()[0] == 200
    assert served.collector.stats()["requests"] == 1


def test_when_too_much_is_underway_the_next_is_asked_to_try_again(impatient):
    impatient.collector.bounds = Bounds(patience=5, underway=50_000)
    head = (
        f"POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {PROTOBUF}\r\ncontent-length: 90000\r\n\r\n".encode()
    )
    with socket.create_connection(("127.0.0.1", impatient.port)) as connection:
        connection.sendall(head + bytes(60_000))
        for _ in range(100):
            status, headers, _ = impatient.post()
            if status == 503:
                break
        assert (status, headers["retry-after"]) == (503, "1")
    for _ in range(100):
        if impatient.post()[0] == 200:
            break
    assert impatient.post()[0] == 200


def test_pages_and_documents_show_what_came_and_escape_it(served):
    served.post()
    listed = json.loads(served.ask("GET", "/traces")[2])
    assert [(each["trace_id"], each["spans"], each["duration_ms"], each["errors"]) for each in listed] == [
        (TRACE.hex(), 2, 5.0, 1)
    ]
    whole = json.loads(served.ask("GET", f"/traces/{TRACE.hex()}?format=json")[2])
    assert [each["name"] for each in whole["spans"]] == ["work", "work"]
    assert sum(each["end"] - each["begin"] for each in whole["critical_path"]) == 5_000_000
    status, headers, page = served.ask("GET", f"/traces/{TRACE.hex()}")
    assert (status, b"&lt;b&gt;&amp;" in page, b"<b>&" in page) == (200, True, False)
    assert "default-src 'none'" in headers["content-security-policy"]
    assert TRACE.hex().encode() in served.ask("GET", "/")[2]


@pytest.mark.parametrize("path", ["/traces/xyz", f"/traces/{'0' * 32}", f"/traces/{'0' * 32}?format=json"])
def test_a_trace_that_is_not_there_is_said_not_to_be(served, path):
    status, _, body = served.ask("GET", path)
    assert (status, json.loads(body)["error"].startswith("no such trace here")) == (404, True)


@pytest.mark.parametrize("limit", ["0", "501", "x", "-1"])
def test_a_list_has_a_length_within_reason(served, limit):
    assert served.ask("GET", f"/traces?limit={limit}")[0] == 422


def test_a_port_that_is_taken_is_named():
    async def serve(port):
        async with serving(Collector(Intake(Reception()), ManualClock()), "127.0.0.1", port):
            pass

    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigurationError, match="0 takes any free"):
        asyncio.run(serve(taken.getsockname()[1]))
    with pytest.raises(ConfigurationError, match="no such host"):
        asyncio.run(_nowhere())


async def _nowhere():
    async with serving(Collector(Intake(Reception()), ManualClock()), "no-such-host.invalid", 0):
        pass
