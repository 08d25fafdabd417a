"""Requests arrive as they were written, by HTTP, gRPC or in a file, and what goes wrong is said in a few words."""

import asyncio
import builtins
import io

import grpc
import grpc.aio
import orjson
import pytest
from google.protobuf.proto import parse_length_prefixed
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from flexsim.errors import ConfigurationError, TargetUnreachable
from flexsim.traces.delivery import Reply
from flexsim.traces.encoding_json import JsonEncoder
from flexsim.traces.encoding_protobuf import ProtobufEncoder
from flexsim.traces.transports import FileTransport, GrpcTransport, HttpTransport, traces_url
from tests.traces.making import make
from tests.traces.receiving import Scripted

SPANS = make("react").spans
BODY = ProtobufEncoder({}).encode(SPANS)


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("http://a:4318", "http://a:4318/v1/traces"),
        ("http://a:4318/", "http://a:4318/v1/traces"),
        ("https://a/otlp/v1/traces", "https://a/otlp/v1/traces"),
    ],
)
def test_the_path_is_added_where_there_is_none(endpoint, url):
    assert traces_url(endpoint) == url


@pytest.mark.parametrize("endpoint", ["localhost:4318", "", "ftp://a", "http://"])
def test_what_is_no_address_is_refused(endpoint):
    with pytest.raises(ConfigurationError, match="an OTLP endpoint is an http or https address"):
        traces_url(endpoint)


def test_json_that_was_partly_refused_is_understood():
    async def go():
        async with Scripted(body=b'{"partialSuccess":{"rejectedSpans":"4"}}') as server:
            transport = HttpTransport(server.url, "application/json", headers={"X-Key": "k"})
            reply = await transport.post(JsonEncoder({}).encode(SPANS))
            await transport.close()
            assert server.requests[0][1]["x-key"] == "k"
            return reply

    assert asyncio.run(go()) == Reply(status=200, rejected=4)


@pytest.mark.parametrize("body", [b"", b"fine", b"{}", b"[]", b'{"partialSuccess":{"rejectedSpans":"x"}}', b"\xff" * 9])
@pytest.mark.parametrize("kind", ["application/json", "application/x-protobuf"])
def test_an_answer_that_says_nothing_refuses_nothing(body, kind):
    async def go():
        async with Scripted(body=body) as server:
            transport = HttpTransport(server.url, kind)
            reply = await transport.post(BODY)
            await transport.close()
            return reply

    assert asyncio.run(go()) == Reply(status=200)


class Service(trace_service_pb2_grpc.TraceServiceServicer):
    def __init__(self, *codes):
        self.codes = list(codes)
        self.requests = []

    async def Export(self, request, context):  # noqa: N802 -- the protocol's name
        if self.codes:
            await context.abort(self.codes.pop(0), "no")
        self.requests.append(request)
        answer = trace_service_pb2.ExportTraceServiceResponse()
        answer.partial_success.rejected_spans = 2
        return answer


def test_grpc_delivers_to_the_official_service_and_tells_what_may_be_tried_again():
    async def go():
        service = Service(grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INVALID_ARGUMENT)
        server = grpc.aio.server()
        trace_service_pb2_grpc.add_TraceServiceServicer_to_server(service, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        transport = GrpcTransport(f"http://127.0.0.1:{port}")
        replies = [await transport.post(BODY) for _ in range(3)]
        await transport.close()
        await server.stop(None)
        return service, replies

    service, (unavailable, invalid, fine) = asyncio.run(go())
    assert unavailable.retryable
    assert (invalid.retryable, invalid.reason()) == (False, "gRPC INVALID_ARGUMENT")
    assert fine == Reply(status=200, rejected=2)
    assert service.requests == [ExportTraceServiceRequest.FromString(BODY)]


def test_without_grpcio_it_is_said_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("grpc"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigurationError, match=r"pip install 'flexsim\[grpc\]'"):
        GrpcTransport("http://127.0.0.1:4317")


def written(path, is_json, bodies):
    async def go():
        transport = FileTransport.open(path, is_json=is_json)
        for each in bodies:
            assert (await transport.post(each)).accepted
        await transport.close()

    asyncio.run(go())
    return path.read_bytes()


def test_a_file_of_json_is_a_request_a_line(tmp_path):
    body = JsonEncoder({}).encode(SPANS)
    lines = written(tmp_path / "t.jsonl", True, [body, body]).splitlines()
    assert [orjson.loads(each) for each in lines] == [orjson.loads(body)] * 2


def test_a_file_of_protobuf_is_requests_after_their_lengths(tmp_path):
    stream = io.BytesIO(written(tmp_path / "t.pb", False, [BODY, BODY]))
    assert [parse_length_prefixed(ExportTraceServiceRequest, stream) for _ in range(2)] == [
        ExportTraceServiceRequest.FromString(BODY)
    ] * 2
    assert stream.read() == b""


def test_a_file_that_cannot_be_made_is_said(tmp_path):
    with pytest.raises(TargetUnreachable, match=r"cannot write .*: No such file or directory"):
        FileTransport.open(tmp_path / "nowhere" / "t.jsonl", is_json=True)
