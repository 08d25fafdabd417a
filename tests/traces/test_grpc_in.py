import asyncio
import importlib

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from flexsim.clock import ManualClock
from flexsim.errors import ConfigurationError
from flexsim.traces.grpc_in import SERVICE, serving_grpc
from flexsim.traces.intake import Intake
from flexsim.traces.reception import Reception
from flexsim.traces.serving import Collector
from tests.traces.conftest import TRACE, request


def exported(*bodies, compression=None):
    """What gRPC's own client is answered, and the collector afterwards."""

    async def export():
        collector = Collector(Intake(Reception(), largest=10_000), ManualClock())
        async with (
            serving_grpc(collector, "127.0.0.1", 0) as port,
            grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
        ):
            call = channel.unary_unary(f"/{SERVICE}/Export")
            answers = []
            for body in bodies:
                try:
                    answers.append(ExportTraceServiceResponse.FromString(await call(body, compression=compression)))
                except grpc.aio.AioRpcError as error:
                    answers.append(error.code())
        return answers, collector

    return asyncio.run(export())


@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
def test_spans_come_over_grpc_into_the_same_intake(compression):
    message = request((1, None, 0, 5))
    answers, collector = exported(message.SerializeToString(), compression=compression)
    assert answers == [ExportTraceServiceResponse()]
    assert len(collector.intake.reception.spans(TRACE)) == 1
    assert collector.stats()["seconds"] == 0


def test_what_cannot_be_taken_is_refused_by_grpcs_codes():
    bad = request((1, None, 0, 5))
    bad.resource_spans[0].scope_spans[0].spans[0].span_id = b""
    (garbage, huge, partial), collector = exported(b"\xff" * 9, bytes(10_001), bad.SerializeToString())
    assert (garbage, huge) == (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.RESOURCE_EXHAUSTED)
    assert partial.partial_success.rejected_spans == 1
    assert collector.stats()["refused_requests"] == 1  # gRPC itself refuses what is too large


def test_without_grpcio_it_is_said_what_to_install(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)

    async def serve():
        async with serving_grpc(Collector(Intake(Reception()), ManualClock()), "127.0.0.1", 0):
            pass

    with pytest.raises(ConfigurationError, match=r"pip install 'flexsim\[grpc\]'"):
        asyncio.run(serve())


def test_a_port_that_is_taken_is_named():
    async def serve():
        first, second = (Collector(Intake(Reception()), ManualClock()) for _ in range(2))
        async with serving_grpc(first, "127.0.0.1", 0) as port, serving_grpc(second, "127.0.0.1", port):
            pass

    with pytest.raises(ConfigurationError, match="for gRPC; 0 takes any free one"):
        asyncio.run(serve())
